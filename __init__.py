"""AWS Glue's crawler and Data Catalog on one's own machine.

`open(path)` opens a catalog, `crawl(targets, ...)` fills one, `classify(path)` tells what one
file holds and `describe(path)` says it as JSON, `scan_table(catalog, table)` reads a table's rows as Arrow record batches and
`query(catalog, sql)` runs SQL over tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .catalog.sqlite import open_catalog as open
    from .crawler.crawl import crawl
    from .crawler.workbench import classify, describe
    from .scan.query import query
    from .scan.table import scan as scan_table

__version__ = "0.1.0"
__all__ = ["__version__", "classify", "crawl", "describe", "open", "query", "scan_table"]

# Public name -> where it lives. Resolved on first use (PEP 562): `crawl --help` must import none of it.
_PUBLIC = {
    "classify": (".crawler.workbench", "classify"),
    "crawl": (".crawler.crawl", "crawl"),
    "describe": (".crawler.workbench", "describe"),
    "open": (".catalog.sqlite", "open_catalog"),
    "query": (".scan.query", "query"),
    "scan_table": (".scan.table", "scan"),  # `gluepot.scan` is the package
}


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PUBLIC[name]
    return getattr(import_module(module, __name__), attribute)
