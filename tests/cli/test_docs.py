"""The docs say what the program says."""

import subprocess
import sys
from pathlib import Path

import pytest

from gluepot.cli import CRAWL, command
from gluepot.config import SETTINGS, Setting

ROOT = Path(__file__).parents[2]


def test_the_help_and_the_settings_in_the_docs_are_the_program_s() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts" / "docs.py", "--check"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("verb", [name for name in command.commands if name != CRAWL])
def test_every_verb_has_a_section(verb: str) -> None:
    assert f"\n## crawl {verb}\n" in (ROOT / "docs" / "cli.md").read_text()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_listed_in_its_three_spellings(setting: Setting) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()

    assert f"| `{setting.name}` | `{setting.variable}` | `{setting.flag}` |" in page
