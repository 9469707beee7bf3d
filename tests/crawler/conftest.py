from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.crawler.report import CrawlReport
from gluepot.crawler.settings import CrawlSettings

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]


@pytest.fixture
def lake(tmp_path: Path) -> Write:
    """Write files below one folder; returns the folder."""

    def write(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "lake"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return write


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with gluepot.open(tmp_path / "catalog.db") as opened:
        yield opened


@pytest.fixture
def crawl(catalog: Catalog) -> Crawl:
    """Crawl into the test's catalog; settings by keyword."""

    def run(*targets: Path | str, **settings: object) -> CrawlReport:
        return gluepot.crawl([str(target) for target in targets], catalog=catalog, settings=CrawlSettings(**settings))  # type: ignore[arg-type]  # by name

    return run
