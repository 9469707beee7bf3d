"""What is no table is UNKNOWN, and the reason says what it is; what is one is not taken for something else."""

from __future__ import annotations

import gzip
import io
import pickle
import sqlite3
import tarfile
from pathlib import Path

import pyarrow as pa
import pytest

import gluepot
from gluepot.classifiers.chain import classify, why_unknown
from gluepot.classifiers.foreign import foreign_text
from gluepot.classifiers.sample import Sample


def reason(data: bytes) -> str:
    found = classify(Sample("data", len(data), data))
    assert not found.known
    return why_unknown(found.tried)


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("a.csv", "b.csv"):
            info = tarfile.TarInfo(name)
            info.size = 8
            archive.addfile(info, io.BytesIO(b"a,b\n1,2\n"))
    return out.getvalue()


def database(path: Path) -> bytes:
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (a)")
    connection.close()
    return path.read_bytes()


def arrow() -> bytes:
    out = io.BytesIO()
    table = pa.table({"a": [1]})
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def test_binary_files_are_told_by_their_signature(tmp_path: Path) -> None:
    assert reason(database(tmp_path / "a.db")) == "it is a SQLite database, which is a target of its own: sqlite:/// and its path"
    assert reason(arrow()) == "it is an Arrow IPC (Feather) file"
    assert reason(tar()) == "it is a tar archive"
    assert reason(pickle.dumps({"a": 1})) == "it is a Python pickle"
    assert reason(b"\x89PNG\r\n\x1a\n" + bytes(20)) == "it is a PNG image"


def test_a_damaged_file_is_told_by_its_own_classifier() -> None:
    assert reason(b"PAR1" + bytes(200)) == "it begins with PAR1 but does not end so: truncated"


def test_a_compressed_tar_is_a_tar(tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(tar()))

    found = gluepot.classify(str(tmp_path / "a.tar.gz"))

    assert (found.known, found.format.codec, why_unknown(found.tried)) == (False, "gzip", "it is a tar archive")


TEXTS = {
    "a script": "#!/bin/sh\necho a\n",
    "a PEM file: a key or a certificate": "-----BEGIN CERTIFICATE-----\nMIIB\n",
    "SQL": "-- a dump\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n",
    "LaTeX": "\\documentclass{article}\n\\begin{document}\n",
    "subtitles": "1\n00:00:01,000 --> 00:00:02,000\nHello\n",
    "an e-mail": "From: a@b.example\nTo: c@d.example\nSubject: x\n\nHello\n",
    "a patch": "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
    "settings (INI, TOML or properties)": "# note\n[server]\nhost = a\nport = 1\n\n[client]\nhost = b\n",
    "YAML": "name: ci\non:\n  push:\n    branches: [main]\njobs:\n  - run: a\n  - run: b\n",
    "Markdown": "# Title\n\nText.\n\nHeader | Meaning\n---|---\n`a` | one\n",
    "a manual page": ".TH X 1\n.SH NAME\nx\n.PP\ntext\n",
    "code": "import os\n\n\ndef main() -> None:\n    print(os.name)\n    return None\n",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_texts_are_told_by_what_their_lines_look_like(kind: str) -> None:
    assert foreign_text(TEXTS[kind]).endswith(f" like {kind}")


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\nid,name\n1,ann\n",
        "id;name\n1;ann\n2;bob\n",
        "name: value\n",
        "key,url\na,[x](y)\nb,z\n",
        "a | b\n1 | 2\n3 | 4\n",
        "2024-01-01 10:00:00,1,2\n2024-01-01 10:00:01,1,2\n",
        "x = y,1\nx = z,2\nx = y,3\n",
        "a:b:c\n1:2:3\n",
        "return,class,if\n1,2,3\n",
        "ann said: no\nbob said: yes\n",
    ],
)
def test_tables_are_not_taken_for_anything_else(text: str) -> None:
    assert foreign_text(text) == ""


def test_lines_that_begin_with_a_time_are_called_a_log() -> None:
    text = "2024-01-01 10:00:00 worker-1 started, waiting\n2024-01-01 10:00:01 worker-2: (idle) no work!\n"
    found = classify(Sample("data", len(text), text.encode()))
    assert found.known or "like a log" in why_unknown(found.tried)


def test_json_that_is_damaged_is_told_as_json() -> None:
    assert reason(b'{"a": 1,}').startswith("it does not parse as JSON")
