"""Listing and reading: CPU a key and a GET, beside what everyone would write first.

    python bench/listing.py [KEYS]        default: 100000

S3 answers come from a server of this file, in a process of its own, that holds ready-made pages, so that
only the client's CPU is counted. Local files are empty, in folders of a hundred, and warm.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from grouping import keys

from gluepot.storage.local import LocalStore
from gluepot.storage.s3 import S3Options, S3Store
from gluepot.storage.store import ByteRange

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FILES = 20_000
READS = 2_000
BODY = bytes(64 * 1024)
CONTENTS = (
    "<Contents><Key>{}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;0123456789abcdef&quot;</ETag>"
    "<Size>{}</Size><StorageClass>STANDARD</StorageClass></Contents>"
)
PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>lake</Name><Prefix/>'
    "<MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>{}{}</ListBucketResult>"
)
MORE = "<IsTruncated>true</IsTruncated><NextContinuationToken>{}</NextContinuationToken>"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder))
        compare(
            f"local walk, {FILES:,} files",
            {"LocalStore.list": lambda: list_all(LocalStore(folder)), "os.walk and os.stat": lambda: walk(folder)},
        )
    with null_server(count) as endpoint:
        store = S3Store("lake", S3Options(endpoint_url=endpoint))
        client = boto3_client(endpoint)
        compare(f"S3 listing, {count:,} keys", {"S3Store.list": lambda: list_all(store), "boto3's paginator": lambda: paginate(client)})
        compare(f"S3 GET of 64 KB, {READS:,}", {"S3Store.read_many": lambda: read(store), "boto3, one after another": lambda: get(client)})


def compare(what: str, candidates: dict[str, Callable[[], int]]) -> None:
    """Print the CPU of each candidate, the best of three rounds that take turns, and how it stands to the first."""
    best: dict[str, float] = {}
    for _ in range(3):
        for name, run in candidates.items():
            start = time.process_time()
            done = run()
            best[name] = min(best.get(name, 1e9), (time.process_time() - start) / done * 1e6)
    first = next(iter(best.values()))
    print(what)
    for name, cost in best.items():
        print(f"  {name:<26} {cost:8.2f} us CPU each   {cost / first:5.1f} x")


def write_files(folder: Path) -> None:
    for number in range(FILES // 100):
        below = folder / f"dt=2026-{number // 28 + 1:02}-{number % 28 + 1:02}"
        below.mkdir()
        for part in range(100):
            (below / f"part-{part:05}.csv").touch()


def list_all(store: LocalStore | S3Store) -> int:
    return sum(map(len, store.list()))


def walk(folder: str) -> int:
    return sum(len([os.stat(f"{below}/{name}") for name in names]) for below, _, names in os.walk(folder))


def paginate(client: S3Client) -> int:
    return sum(len(page.get("Contents", ())) for page in client.get_paginator("list_objects_v2").paginate(Bucket="lake"))


def read(store: S3Store) -> int:
    return sum(len(found) == len(BODY) for found in store.read_many([ByteRange("a", 0, len(BODY))] * READS) if isinstance(found, bytes))


def get(client: S3Client) -> int:
    for _ in range(READS):
        client.get_object(Bucket="lake", Key="a", Range=f"bytes=0-{len(BODY) - 1}")["Body"].read()
    return READS


def boto3_client(endpoint: str) -> S3Client:
    import boto3
    from botocore.config import Config

    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=Config(s3={"addressing_style": "path"}))


@contextmanager
def null_server(count: int) -> Generator[str]:
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench", AWS_DEFAULT_REGION="us-east-1")
    ours, theirs = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=serve, args=(count, theirs), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        server.terminate()
        server.join()


def serve(count: int, ready: Connection) -> None:
    pages = ["".join(CONTENTS.format(found.key.replace("=", "%3D"), found.size) for found in page) for page in keys(count)]
    answers = [
        PAGE.format(MORE.format(number + 1) if number + 1 < len(pages) else "<IsTruncated>false</IsTruncated>", page).encode()
        for number, page in enumerate(pages)
    ]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer(200, b"")

        def do_GET(self) -> None:
            if "list-type=2" not in self.path:
                self.answer(206, BODY)
                return
            token = self.path.partition("continuation-token=")[2].partition("&")[0]
            self.answer(200, answers[int(token or 0)])

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 206:
                self.send_header("Content-Range", f"bytes 0-{len(BODY) - 1}/{len(BODY)}")
                self.send_header("ETag", '"0"')
                self.send_header("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128  # the client opens 64 connections at once
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    ready.send(server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
