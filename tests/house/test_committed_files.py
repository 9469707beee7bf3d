"""What is committed would work on any machine."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

import gluepot

ROOT = Path(__file__).parents[2]
COMMANDS = [".ci/run", "scripts/check", "scripts/demo", "scripts/test", "scripts/uv"]
# What git ignores, and git itself: a machine that runs the tests need not have git.
LOCAL = re.compile(
    r"\.git|\.venv|\.uv|\.dev|build|dist|.*\.egg-info|__pycache__|\..*_cache|\.hypothesis|uv\.lock|gluepot-demo|gluepot\.db.*"
)
TEXT = {"", ".cfg", ".ini", ".json", ".md", ".py", ".sh", ".toml", ".typed", ".yaml", ".yml"}
# A folder that exists on one person's machine, or a note to oneself.
FOREIGN = re.compile(rf"(?<![\w.:-])/(?:home|Users|root)/\w|{re.escape(str(ROOT))}/|\bFIX" + r"ME\b")


def _committed(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if LOCAL.fullmatch(path.name) or path.is_symlink():
            continue
        if path.is_dir():
            yield from _committed(path)
        else:
            yield path


def _lines_of_foreign_places(path: Path) -> list[str]:
    lines = enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
    return [f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}" for number, line in lines if FOREIGN.search(line)]


def test_no_committed_text_names_a_folder_of_one_machine() -> None:
    texts = [path for path in _committed() if path.suffix in TEXT]

    assert [found for path in texts for found in _lines_of_foreign_places(path)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_may_be_executed(command: str) -> None:
    assert (ROOT / command).stat().st_mode & stat.S_IXUSR


def test_no_loose_module_at_the_root_ships_by_accident() -> None:
    meant = {"__init__.py", "__main__.py", "cli.py", "config.py", "errors.py"}

    assert {path.name for path in _committed() if path.parent == ROOT and path.suffix == ".py"} <= meant


def test_the_changelog_s_newest_entry_is_the_version() -> None:
    newest = re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert newest is not None
    assert newest[1] == gluepot.__version__
