"""`crawl --help` answers at once, so it loads nothing heavy."""

import subprocess
import sys

HEAVY = {"boto3", "botocore", "duckdb", "fastavro", "obstore", "pyarrow", "rich", "sqlalchemy", "sqlglot"}
SHOW_LOADED = """
import sys
from gluepot.cli import main
sys.argv = ["crawl", {argument!r}]
try:
    main()
finally:
    print("loaded:", *sorted({{name.partition(".")[0] for name in sys.modules}}))
"""


def _loaded_by(argument: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", SHOW_LOADED.format(argument=argument)], capture_output=True, text=True)
    *_, last = done.stdout.splitlines()
    assert last.startswith("loaded:"), done.stderr
    return set(last.split()[1:])


def test_help_loads_no_heavy_library() -> None:
    assert _loaded_by("--help") & HEAVY == set()


def test_version_loads_no_heavy_library() -> None:
    assert _loaded_by("--version") & HEAVY == set()


def test_the_package_itself_loads_only_itself() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import sys, gluepot; print(*(name for name in sys.modules if name.startswith('gluepot')))"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout.split() == ["gluepot"]
