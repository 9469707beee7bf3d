"""What a user may decide about a crawl, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from ..classifiers.sample import Classifier
from ..errors import InvalidInput
from ..storage.s3 import S3Options

Inference = Literal["accurate", "glue"]
Verify = Literal["full", "sample", "none"]
UpdateBehavior = Literal["UPDATE_IN_DATABASE", "LOG"]
DeleteBehavior = Literal["DEPRECATE_IN_DATABASE", "DELETE_FROM_DATABASE", "LOG"]


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """How to crawl. Every default is what a user without opinions wants."""

    database: str = "default"
    prefix: str = ""  # put before each table's name, verbatim
    exclude: tuple[str, ...] = ()  # Glue's globs, relative to each target
    sample_size: int | None = None  # objects classified in each leaf folder, 1-249; None: all
    table_level: int | None = None  # absolute depth of tables; the bucket or the target folder is level 1
    single_schema: bool = False  # one table a target, whatever the schemas (CombineCompatibleSchemas)
    table_threshold: int | None = None  # more tables than this: fail and write nothing
    update_behavior: UpdateBehavior = "UPDATE_IN_DATABASE"  # what becomes of a known table that is found different [doc]
    delete_behavior: DeleteBehavior = "DEPRECATE_IN_DATABASE"  # what becomes of a known table that is not found any more [doc]
    inference: Inference = "accurate"
    verify: Verify = "sample"
    statistics: bool = True  # keep what the columns hold of what verification reads anyway
    confirm: bool = False  # stream whole files, not samples alone, before anything is written
    dry_run: bool = False
    workers: int | None = None  # processes that classify; None: one a core
    crawler: str = "gluepot"  # written as UPDATED_BY_CRAWLER
    classifiers: tuple[Classifier, ...] = ()  # custom ones in order of priority, tried before the built-in ones
    s3: S3Options = field(default_factory=S3Options)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant. Raises InvalidInput naming every mistake."""
        mistakes = [text for wrong, text in _checks(self) if wrong]
        if mistakes:
            raise InvalidInput(" ".join(mistakes))


def _checks(settings: CrawlSettings) -> list[tuple[bool, str]]:
    def below_one(value: int | None) -> bool:
        return value is not None and value < 1

    return [
        (not settings.database.strip(), "database must not be empty."),
        (len(settings.prefix) > 128, "prefix must be at most 128 characters."),
        (
            settings.sample_size is not None and not 1 <= settings.sample_size <= 249,
            f"sample-size must be between 1 and 249, as in Glue, not {settings.sample_size}.",
        ),
        (below_one(settings.table_level), f"table-level must be 1 or more (1 is the bucket or target folder), not {settings.table_level}."),
        (below_one(settings.table_threshold), f"table-threshold must be 1 or more, not {settings.table_threshold}."),
        (below_one(settings.workers), f"workers must be 1 or more, not {settings.workers}."),
        (
            settings.update_behavior not in get_args(UpdateBehavior),
            f"update-behavior must be {' or '.join(get_args(UpdateBehavior))}, not {settings.update_behavior!r}.",
        ),
        (
            settings.delete_behavior not in get_args(DeleteBehavior),
            f"delete-behavior must be {', '.join(get_args(DeleteBehavior))}, not {settings.delete_behavior!r}.",
        ),
        (settings.inference not in ("accurate", "glue"), f"inference must be accurate or glue, not {settings.inference!r}."),
        (settings.verify not in ("full", "sample", "none"), f"verify must be full, sample or none, not {settings.verify!r}."),
    ]
