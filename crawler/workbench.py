"""One file at a time: what the crawl would make of it, and why."""

from __future__ import annotations

from collections.abc import Sequence

from ..classifiers.sample import Classification, Classifier
from ..errors import InvalidInput
from ..storage.s3 import S3Options
from ..storage.targets import locate
from .objects import classify_one


def classify(target: str, *, classifiers: Sequence[Classifier] = (), s3: S3Options | None = None) -> Classification:
    """Classify one local file or S3 object, by custom classifiers in their order and then by the built-in ones.

    Raises ObjectNotFound, AccessDenied, InvalidInput for a folder, Unreadable for a damaged file.
    """
    location = locate(target, s3 or S3Options())
    if not location.is_object:
        raise InvalidInput(f"{target} is a folder: classify looks at one file; crawl takes folders.")
    stored = location.store.head(location.prefix)
    return classify_one(location.store, stored.key, stored.size, tuple(classifiers))
