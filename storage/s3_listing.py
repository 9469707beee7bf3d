"""The objects in a page of ListObjectsV2, read without boto3's parser, which costs 60 µs a key.

boto3 still asks (endpoint, signature, region, retries, errors); a handler of its event `before-parse`
takes the objects out of the answer before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import Any, cast
from urllib.parse import unquote_plus

from .s3_connection import Connection
from .store import StoredObject

_OBJECTS = "GluepotObjects"  # the member of the answer that holds them
_CONTENTS = re.compile(r"<Contents>.*</Contents>", re.DOTALL)
_MEMBERS = [
    re.compile(r"<Key>([^<]*)<"),
    re.compile(r"<Size>([^<]*)<"),
    re.compile(r"<LastModified>([^<]*)<"),
    re.compile(r"""<ETag>(?:&quot;|&#34;|")?([^<&"]*)"""),
    re.compile(r"<StorageClass>(?:STANDARD(?=<))?([^<]*)<"),
]
_OBJECT = re.compile(r"<Contents>(.*?)</Contents>", re.DOTALL)
_ENCODED = "<EncodingType>url</EncodingType>"


def list_page(connection: Connection, prefix: str, token: str) -> tuple[list[StoredObject], str]:
    """Return the next objects and the token of the page behind; '' where there is none. Raises what boto3 raises."""
    client = connection.client
    # '*' and not 's3': it is called before botocore's own handler, which parses all of the answer to see whether it is an error.
    client.meta.events.register("before-parse.*.ListObjectsV2", _take_objects, unique_id="gluepot")
    continued: dict[str, Any] = {"ContinuationToken": token} if token else {}
    found = client.list_objects_v2(Bucket=connection.bucket, Prefix=prefix, **continued, **connection.payer)
    answer = cast("Mapping[str, Any]", found)
    return answer[_OBJECTS], answer["NextContinuationToken"] if answer.get("IsTruncated") else ""


def _take_objects(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    if response_dict["status_code"] != 200:
        return
    text = bytes(response_dict["body"]).decode("utf-8", "replace")
    customized_response_dict[_OBJECTS] = parse_page(text)
    response_dict["body"] = _CONTENTS.sub("", text).encode()


def parse_page(text: str) -> list[StoredObject]:
    """Return the objects of an answer's XML, in its order."""
    encoded = _ENCODED in text
    if encoded:  # almost every escape in a lake's keys; an escaped '%' is %25, so nothing else can be hit
        text = text.replace("%2F", "/").replace("%3D", "=")
    keys, sizes, times, etags, classes = (pattern.findall(text) for pattern in _MEMBERS)
    if not len(keys) == len(sizes) == len(times) == len(etags) == len(classes):
        keys, sizes, times, etags, classes = _one_by_one(text)
    return list(map(StoredObject, _plain(keys, encoded), map(int, sizes), map(_epoch, times), etags, classes))


def _one_by_one(text: str) -> list[list[str]]:
    """Read objects of which some lack a member; a size of nothing is 0."""
    found = [[pattern.search(body) for pattern in _MEMBERS] for body in _OBJECT.findall(text)]
    defaults = ("", "0", "", "", "")
    rows = [[match[1] if match else default for match, default in zip(row, defaults, strict=True)] for row in found]
    return [list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []]


def _plain(keys: list[str], encoded: bool) -> list[str]:
    if encoded and any("%" in key or "+" in key for key in keys):
        keys = [unquote_plus(key) for key in map(unescape, keys)]
    elif any("&" in key for key in keys):
        keys = [unescape(key) for key in keys]
    return keys


@lru_cache(maxsize=4096)
def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() if text else 0.0
