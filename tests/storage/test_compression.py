"""Codecs by content: what is recognised, what a prefix holds, and what a stream gives or refuses."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lz4 import frame as lz4  # type: ignore[import-untyped]  # lz4 ships no types

from gluepot.errors import Unreadable
from gluepot.storage.compression import CODECS, decompress_head, detect_codec, open_decompressed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def _zip(text: bytes, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w", method) as archive:
            archive.writestr("folder/", b"")
            archive.writestr("folder/data.csv", text)
        return out.getvalue()


class _Pipe(io.BytesIO):
    """What a zip file is written to where its sizes can only follow the data."""

    def seekable(self) -> bool:
        return False


def _streamed_zip(text: bytes) -> bytes:
    with _Pipe() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.csv", text)
        return out.getvalue()


def _hadoop_snappy(text: bytes) -> bytes:
    """Blocks of 100,000 bytes, each in parts of 60,000: its size, then each part's size and data."""
    out = bytearray()
    for start in range(0, len(text), 100_000):
        block = text[start : start + 100_000]
        out += len(block).to_bytes(4, "big")
        for part in range(0, len(block), 60_000):
            packed = bytes(cramjam.snappy.compress_raw(block[part : part + 60_000]))
            out += len(packed).to_bytes(4, "big") + packed
    return bytes(out)


def _lz4(text: bytes) -> bytes:
    packed: bytes = lz4.compress(text)
    return packed


Pack = Callable[[bytes], bytes]
PACKERS: dict[str, tuple[str, Pack]] = {
    "gzip": ("gzip", gzip.compress),
    "gzip of two members": ("gzip", lambda text: gzip.compress(text[: len(text) // 2]) + gzip.compress(text[len(text) // 2 :])),
    "gzip padded with zeros": ("gzip", lambda text: gzip.compress(text) + bytes(600)),
    "bzip2": ("bzip2", bz2.compress),
    "bzip2 of two streams": ("bzip2", lambda text: bz2.compress(text[:1]) + bz2.compress(text[1:])),
    "xz": ("xz", lzma.compress),
    "zstd": ("zstd", zstd.compress),
    "zstd of two frames": ("zstd", lambda text: zstd.compress(text[:1]) + zstd.compress(text[1:])),
    "zstd behind a skippable frame": ("zstd", lambda text: b"\x5a\x2a\x4d\x18\x03\x00\x00\x00abc" + zstd.compress(text)),
    "lz4": ("lz4", _lz4),
    "lz4 of two frames": ("lz4", lambda text: _lz4(text[:1]) + _lz4(text[1:])),
    "snappy, framed": ("snappy", lambda text: bytes(cramjam.snappy.compress(text))),
    "snappy, Hadoop's blocks": ("snappy", _hadoop_snappy),
    "snappy, one raw block": ("snappy", lambda text: bytes(cramjam.snappy.compress_raw(text))),
    "zip": ("zip", _zip),
    "zip, stored": ("zip", lambda text: _zip(text, method=zipfile.ZIP_STORED)),
    "zip, written to a pipe": ("zip", _streamed_zip),
}
every_packer = pytest.mark.parametrize("name", PACKERS)

TEXT = "".join(f"{number},shop {number % 7},{(number * 7919) % 10007 / 100}\n" for number in range(30_000)).encode()
PACKED = {name: pack(TEXT) for name, (_, pack) in PACKERS.items()}
rows = st.lists(st.tuples(st.integers(), st.text("abcé ,", max_size=8)), min_size=1, max_size=200)
# Long enough that no raw block of snappy could be a text itself, as the 12 bytes b"\n$0123456789" are.
texts = rows.map(lambda given: ("the number of it,the word for it\n" + "".join(f"{number},{word}\n" for number, word in given)).encode())


def unpack(data: bytes, codec: str) -> bytes:
    with open_decompressed(io.BytesIO(data), codec) as stream:
        return stream.read()


@every_packer
@given(text=texts)
def test_every_codec_is_recognised_and_gives_back_its_text(name: str, text: bytes) -> None:
    codec, pack = PACKERS[name]
    packed = pack(text)

    assert detect_codec(packed) == codec
    assert unpack(packed, codec) == text
    assert decompress_head(packed, codec, len(text) + 1) == text
    assert decompress_head(packed, codec, 5) == text[:5]


@every_packer
def test_a_long_text_streams_back_whole(name: str) -> None:
    codec, packed = PACKERS[name][0], PACKED[name]

    assert detect_codec(packed[:4096]) == codec
    assert unpack(packed, codec) == TEXT


@every_packer
@given(cut=st.integers(20, 70_000), limit=st.integers(1, 100_000))
def test_a_prefix_cut_anywhere_gives_a_beginning_of_the_text(name: str, cut: int, limit: int) -> None:
    codec, packed = PACKERS[name][0], PACKED[name][:cut]
    try:
        found = decompress_head(packed, codec, limit)
    except Unreadable:
        assert codec == "zip"
        assert cut < 100  # before the one file begins
        return

    assert len(found) <= limit
    assert TEXT.startswith(found)


@every_packer
def test_the_largest_first_block_is_enough_for_some_text(name: str) -> None:
    codec, pack = PACKERS[name]
    noise = random.Random(1).randbytes(5 << 20)
    block = {"bzip2": 920_000, "lz4": (4 << 20) + 64, "zstd": (128 << 10) + 64}.get(codec, 4096)

    assert decompress_head(pack(noise)[:block], codec, 100) == noise[:100]


@every_packer
def test_a_file_cut_short_is_told_and_where(name: str) -> None:
    codec, packed = PACKERS[name][0], PACKED[name]

    with pytest.raises(Unreadable, match=r"cut short"):
        unpack(packed[: len(packed) * 2 // 3], codec)


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "lz4", "snappy, framed", "zip"])
def test_a_damaged_file_is_told_and_where(name: str) -> None:
    codec, packed = PACKERS[name][0], bytearray(PACKED[name])
    middle = len(packed) // 2
    packed[middle : middle + 64] = bytes(64)

    with pytest.raises(Unreadable, match=rf"{codec} data are corrupt .*\d+"):
        unpack(bytes(packed), codec)


@pytest.mark.parametrize("name", ["gzip", "zstd", "snappy, framed"])
def test_what_stands_before_the_damage_is_still_had_from_a_head(name: str) -> None:
    codec, packed = PACKERS[name][0], bytearray(PACKED[name])
    packed[-2000:] = b"\xff" * 2000

    found = decompress_head(bytes(packed), codec, len(TEXT))

    assert len(found) > 1000
    assert TEXT.startswith(found[:1000])


@pytest.mark.parametrize("head", [b"\x1f\x8b\x08" + b"\xff" * 60, b"BZh91AY&SY" + b"\xff" * 60, b"\xfd7zXZ\x00" + b"\xff" * 60])
def test_a_head_of_nothing_but_damage_is_refused(head: bytes) -> None:
    with pytest.raises(Unreadable, match="corrupt"):
        decompress_head(head, detect_codec(head), 100)


def test_rubbish_behind_a_whole_file_is_told() -> None:
    with pytest.raises(Unreadable, match="corrupt"):
        unpack(gzip.compress(TEXT) + b"rubbish", "gzip")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress, _lz4, _zip], ids=lambda pack: pack.__name__)
def test_a_bomb_gives_no_more_than_asked_and_takes_little_memory(pack: Pack) -> None:
    bomb = pack(bytes(50_000_000))
    codec = detect_codec(bomb)
    tracemalloc.start()
    try:
        assert decompress_head(bomb, codec, 65_536) == bytes(65_536)
        with open_decompressed(io.BytesIO(bomb), codec) as stream:
            assert stream.read(1_000_000) == bytes(1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 12_000_000


def test_a_header_that_asks_for_gigabytes_of_memory_is_refused() -> None:
    greedy = lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 29, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3}])

    with pytest.raises(Unreadable, match=r"[Mm]emory"):
        unpack(greedy, "xz")


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"a",
        b"id,name\n1,x\n",
        "naïve café ☕ — ünïcödé\n".encode(),
        "id,name\n".encode("utf-16"),
        b"BZh. is how this csv begins",
        b"PAR1\x15\x04\x15\x0c",
        b"Obj\x01\x04\x16avro.schema",
        b"ORC\x11\x00\x00\x0a\x06\x12",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\x7fELF\x02\x01\x01\x00\x00\x00\x00",
        b"SQLite format 3\x00\x10\x00\x01\x01",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01",
        bytes(4096),
        b"\x00\x00\x01\x00\x00\x00\x00\x10\xff\xff\xff\xff\xff\xff",
    ],
    ids=repr,
)
def test_what_is_not_compressed_is_left_alone(head: bytes) -> None:
    assert detect_codec(head) == "none"
    assert decompress_head(head, "none", 3) == head[:3]
    assert unpack(head, "none") == head


@given(st.binary(max_size=300))
def test_any_bytes_have_some_codec_and_fail_only_as_unreadable(data: bytes) -> None:
    codec = detect_codec(data)

    assert codec in CODECS
    with suppress(Unreadable):
        decompress_head(data, codec, 100)
    with suppress(Unreadable):
        unpack(data, codec)


@given(st.sampled_from(sorted(PACKERS)), st.data())
def test_damage_anywhere_fails_only_as_unreadable(name: str, data: st.DataObject) -> None:
    codec, pack = PACKERS[name]
    packed = bytearray(pack(TEXT[:2000]))
    for _ in range(data.draw(st.integers(1, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Unreadable):
        decompress_head(bytes(packed), codec, 5000)
    with suppress(Unreadable):
        unpack(bytes(packed), codec)


def _several() -> bytes:
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", "1,2\n")
            archive.writestr("b.csv", "3,4\n")
        return out.getvalue()


def test_a_zip_of_several_files_is_told() -> None:
    told = r"more than one file \(a\.csv, b\.csv\); unpack it"

    with pytest.raises(Unreadable, match=told):
        decompress_head(_several(), "zip", 100)
    with pytest.raises(Unreadable, match=told):
        unpack(_several(), "zip")


def test_an_encrypted_zip_is_told() -> None:
    locked = bytearray(_zip(b"1,2\n"))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.rindex(mark) + flags] |= 1

    with pytest.raises(Unreadable, match=r"data\.csv in the zip file is encrypted"):
        decompress_head(bytes(locked), "zip", 100)
    with pytest.raises(Unreadable, match=r"data\.csv in the zip file is encrypted"):
        unpack(bytes(locked), "zip")


def test_an_empty_zip_is_told() -> None:
    with io.BytesIO() as out:
        zipfile.ZipFile(out, "w").close()
        empty = out.getvalue()

    assert detect_codec(empty) == "zip"
    with pytest.raises(Unreadable, match="holds no file"):
        decompress_head(empty, "zip", 100)
    with pytest.raises(Unreadable, match="holds no file"):
        unpack(empty, "zip")


def test_the_attributes_that_macos_adds_to_a_zip_do_not_count() -> None:
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.csv", "1,2\n")
            archive.writestr("__MACOSX/._a.csv", "x")
        data = out.getvalue()

    assert unpack(data, "zip") == decompress_head(data, "zip", 100) == b"1,2\n"
