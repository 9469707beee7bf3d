"""Build the wheel through the sdist, look inside, install it in a fresh environment and crawl with it from elsewhere."""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = ROOT / "scripts" / "uv"
SHOPS = "id,town\n1,Lisbon\n2,Porto\n"


def run(*command: object, cwd: Path = ROOT) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GLUEPOT_"))}
    done = subprocess.run([str(word) for word in command], check=False, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(str(word) for word in command)} exited with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def build(folder: Path) -> Path:
    run(UV, "build", "--quiet", "--out-dir", folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def expected_files() -> set[str]:
    """Return the modules in the listed packages' folders, and py.typed."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = [ROOT.joinpath(*package.split(".")[1:]) for package in packages]
    modules = [module for folder in folders for module in folder.glob("*.py")]
    return {f"gluepot/{path.relative_to(ROOT)}" for path in [*modules, ROOT / "py.typed"]}


def look_inside(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    missing, stray = expected_files() - held, held - expected_files()
    if missing or stray:
        sys.exit(f"{wheel.name} lacks {sorted(missing)} and holds {sorted(stray)} that is not ours")


def install(wheel: Path, folder: Path) -> Path:
    run(UV, "venv", "--quiet", folder)
    run(UV, "pip", "install", "--quiet", "--python", folder, wheel)
    return folder / "bin" / "crawl"


def crawl(command: Path, folder: Path) -> None:
    folder.mkdir()
    (folder / "shops.csv").write_text(SHOPS)
    run(command, folder / "shops.csv", "--catalog", folder / "catalog.db", cwd=folder)
    tables = json.loads(run(command, "tables", "--catalog", folder / "catalog.db", "--output", "json", cwd=folder))
    columns = [(column["Name"], column["Type"]) for table in tables for column in table["StorageDescriptor"]["Columns"]]
    if columns != [("id", "bigint"), ("town", "string")]:
        sys.exit(f"the installed crawl found {columns}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = build(folder / "dist")
        look_inside(wheel)
        command = install(wheel, folder / "venv")
        run(command, "--version", cwd=folder)
        run(command, "--help", cwd=folder)
        crawl(command, folder / "shops")


if __name__ == "__main__":
    main()
