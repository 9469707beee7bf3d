"""The package is what the folders say, and its parts stand alone."""

import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import gluepot

ROOT = Path(__file__).parents[2]
NOT_SHIPPED = {"bench", "docs", "scripts", "tests"}


def _folders() -> set[str]:
    found = (path.parent.relative_to(ROOT) for path in ROOT.glob("[a-z]*/**/__init__.py"))
    return {".".join(["gluepot", *folder.parts]) for folder in found if folder.parts[0] not in NOT_SHIPPED}


def _modules() -> list[str]:
    files = [*ROOT.glob("*.py")]
    for folder in _folders():
        files += ROOT.joinpath(*folder.split(".")[1:]).glob("*.py")
    names = (file.relative_to(ROOT).with_suffix("").parts for file in files if file.name != "__main__.py")
    return sorted(".".join(["gluepot", *(part for part in name if part != "__init__")]) for name in names)


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_folder_with_an_init_ships() -> None:
    assert set(_pyproject()["tool"]["setuptools"]["packages"]) == _folders() | {"gluepot"}


def test_the_same_folders_are_banned_under_their_bare_names() -> None:
    banned = set(_pyproject()["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"])

    tops = {module.split(".")[1] for module in _modules() if "." in module}

    assert tops <= banned


@pytest.mark.slow  # a process for each of some two hundred modules
@pytest.mark.parametrize("module", _modules())
def test_a_module_imports_alone(module: str) -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", f"import {module}"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", gluepot.__all__)
def test_a_public_name_resolves(name: str) -> None:
    assert getattr(gluepot, name) is not None


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        gluepot.nonsense  # noqa: B018  the access is the test


def test_the_installed_version_is_the_package_s() -> None:
    assert version("gluepot") == gluepot.__version__
