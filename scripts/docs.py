"""Write what the docs take from the program: each command's --help and the table of settings; --check only compares."""

import re
import sys
from pathlib import Path

import click

from gluepot.cli import CRAWL, command
from gluepot.config import SETTINGS, Setting
from gluepot.databases.engines import ENGINES, Engine
from gluepot.databases.native import UNBOUNDED
from gluepot.databases.session import rules_of

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"<!-- begin (?P<name>.+?) -->\n.*?<!-- end -->", re.DOTALL)
WIDTH = 100
VALUES = {"text": "text", "number": "whole number", "switch": "true or false", "list": "list of texts"}


def helps() -> dict[str, str]:
    """Return each command's help, by what is typed behind `crawl`: `show`, `connections add`."""
    root = click.Context(command, info_name="crawl", terminal_width=WIDTH)
    found = {CRAWL: command.get_help(root)}
    for name, one in command.commands.items():
        if name != CRAWL:
            context = click.Context(one, info_name=name, parent=root, terminal_width=WIDTH)
            found[name] = one.get_help(context)
            for inner, verb in one.commands.items() if isinstance(one, click.Group) else ():
                found[f"{name} {inner}"] = verb.get_help(click.Context(verb, info_name=inner, parent=context, terminal_width=WIDTH))
    return {name: f"```text\n{text}\n```" for name, text in found.items()}


def row(setting: Setting) -> str:
    value = " or ".join(f"`{choice}`" for choice in setting.choices) or VALUES[setting.kind]
    return f"| `{setting.name}` | `{setting.variable}` | `{setting.flag}` | {value} | {setting.help} |"


def table_of_settings() -> str:
    head = "| in the file | variable | flag | value | meaning |\n|---|---|---|---|---|"
    return "\n".join([head, *map(row, SETTINGS)])


def table_of_types(engine: Engine) -> str:
    """Return the catalog types of an engine's native ones, in the order of the rules."""
    natives: dict[str, list[str]] = {}
    for rule in rules_of(engine):
        kind = f"`{rule.type.replace('{0}', 'p').replace('{1}', 's')}`"
        kind += f"; `{rule.unbounded or UNBOUNDED}` where neither is said" if "{" in rule.type else ""
        natives.setdefault(kind, []).append(f"`{rule.native}`" if rule.native else "no type")
    rows = (f"| {', '.join(names)} | {kind} |" for kind, names in natives.items())
    return "\n".join([f"| {engine.title} | catalog |\n|---|---|", *rows])


def blocks() -> dict[str, str]:
    engines = {engine.module: engine for engine in reversed(ENGINES)}
    types = {f"types {engine.name}": table_of_types(engine) for engine in engines.values()}
    return {"settings": table_of_settings(), **types, **{f"help {name}": text for name, text in helps().items()}}


def written(text: str, contents: dict[str, str]) -> str:
    return BLOCK.sub(lambda block: f"<!-- begin {block['name']} -->\n{contents[block['name']]}\n<!-- end -->", text)


def main() -> None:
    contents = blocks()
    pages = {path: path.read_text() for path in sorted(DOCS.glob("*.md"))}
    missing = contents.keys() - {block["name"] for text in pages.values() for block in BLOCK.finditer(text)}
    stale = [path for path, text in pages.items() if written(text, contents) != text]
    if missing:
        sys.exit(f"No page has a place for: {', '.join(sorted(missing))}")
    if "--check" in sys.argv and stale:
        sys.exit(f"Out of date: {', '.join(path.name for path in stale)}; run scripts/uv run scripts/docs.py")
    for path in stale:
        path.write_text(written(pages[path], contents))


main()
