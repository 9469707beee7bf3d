"""Conventions that no linter knows."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_SHIPPED = {"bench", "build", "dist", "docs", "scripts", "tests"}
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}


def _source_files() -> Iterator[Path]:
    for path in [*ROOT.glob("*.py"), *ROOT.glob("[a-z]*/**/*.py")]:
        if path.relative_to(ROOT).parts[0] not in NOT_SHIPPED:
            yield path


def _reads_the_environment(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr=name):
            return name in ENVIRONMENT
        case ast.ImportFrom(module="os", names=names):
            return any(name.name in ENVIRONMENT for name in names)
        case _:
            return False


def test_only_config_reads_the_environment_and_secrets_what_a_reference_names() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in _source_files()
        if any(_reads_the_environment(node) for node in ast.walk(ast.parse(path.read_text())))
    }

    assert readers <= {"config.py", "databases/secrets.py"}


def test_the_sources_are_found_at_all() -> None:
    assert len(list(_source_files())) > 10
