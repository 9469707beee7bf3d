"""S3 buckets, of AWS or of any server that speaks its protocol.

Listing goes through boto3 with a parser of our own (`s3_listing`), reading through obstore, which costs a
tenth of boto3's CPU. obstore refuses keys that its paths cannot spell, so those few are read by boto3.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from ..errors import StorageError
from .s3_connection import Connection, S3Options, connection
from .s3_errors import PastTheEnd, mapped
from .s3_listing import list_page
from .s3_reading import FIRST, Answer, RangedFile, get_by_boto, get_by_obstore
from .store import ByteRange, Skipped, StoredObject

__all__ = ["S3Options", "S3Store"]

# What obstore's paths cannot spell: control characters, empty segments, '.' and '..', a '/' at an end.
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f]|//|^/|/$|(?:^|/)\.\.?(?:/|$)")


@dataclass(frozen=True, slots=True)
class S3Store:
    """The objects of a bucket. Pickles as its name and options; each process connects when it first needs to."""

    bucket: str
    options: S3Options = S3Options()

    @property
    def root(self) -> str:
        """The bucket's URL."""
        return f"s3://{self.bucket}/"

    @property
    def root_name(self) -> str:
        """The bucket's name."""
        return self.bucket

    @property
    def _connection(self) -> Connection:
        return connection(self.bucket, self.options)

    def list(self, prefix: str = "") -> Iterator[Sequence[StoredObject | Skipped]]:
        """Yield pages of the objects whose key starts with `prefix`, in the order of keys as UTF-8 bytes.

        Raises ObjectNotFound for a missing bucket, AccessDenied, StoreUnavailable, StorageError.
        """
        token = ""
        while True:
            with mapped(self.bucket, ""):
                page, token = list_page(self._connection, prefix, token)
            if page:
                yield page
            if not token:
                return

    def head(self, key: str) -> StoredObject:
        """Return one object's size and marks. Raises ObjectNotFound, StorageError."""
        with mapped(self.bucket, key):
            answer = self._connection.client.head_object(Bucket=self.bucket, Key=key, **self._connection.payer)
        modified = answer["LastModified"].timestamp()
        return StoredObject(key, answer["ContentLength"], modified, answer["ETag"].strip('"'), answer.get("StorageClass", ""))

    def read(self, wanted: ByteRange) -> bytes:
        """Return the bytes, fewer where the object ends. Raises StorageError."""
        return self._get(wanted, "")[0]

    def read_many(self, wanted: Sequence[ByteRange]) -> Sequence[bytes | StorageError]:
        """Return the bytes of each, or its failure, in the same order; up to 64 are asked for at a time."""
        if len(wanted) < 2:
            return [self._outcome(one) for one in wanted]
        return list(self._connection.pool.map(self._outcome, wanted))

    def open(self, key: str) -> BinaryIO:
        """Open an object for streaming and seeking, with read-ahead. Raises StorageError, also from its reads and if the object changes."""
        window, size, etag = self._get(ByteRange(key, 0, FIRST), "")

        def fetch(start: int, length: int) -> bytes:
            return self._get(ByteRange(key, start, length), etag)[0]

        return io.BufferedReader(RangedFile(fetch, size, window), FIRST)

    def _outcome(self, wanted: ByteRange) -> bytes | StorageError:
        try:
            return self.read(wanted)
        except StorageError as error:
            return error

    def _get(self, wanted: ByteRange, etag: str) -> Answer:
        """Return bytes, the object's size and ETag; nothing from behind its end. A change since `etag` is a StorageError."""
        if wanted.length <= 0:
            return b"", 0, ""
        get = get_by_boto if _ODD.search(wanted.key) else get_by_obstore
        try:
            with mapped(self.bucket, wanted.key):
                return get(self._connection, wanted, etag)
        except PastTheEnd:
            return b"", 0, ""
