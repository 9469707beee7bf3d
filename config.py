"""Settings: one table of them, read from flags, the environment and a file, and merged once.

A flag beats a variable, a variable beats the file, the file beats the default. A setting called
`sample-size` is `--sample-size`, `GLUEPOT_SAMPLE_SIZE` and `sample-size = 20` in `gluepot.toml` or
under `[tool.gluepot]` in `pyproject.toml`. All mistakes are told at once, each with its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeGuard

from .errors import ConfigError, InvalidInput

if TYPE_CHECKING:
    from .classifiers.sample import Classifier
    from .crawler.settings import CrawlSettings

Kind = Literal["text", "number", "switch", "list"]
Owner = Literal["command", "crawl", "s3"]  # whose the setting is: the command's own, CrawlSettings', S3Options'


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a user may decide."""

    name: str
    kind: Kind
    help: str
    owner: Owner = "crawl"
    choices: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """Its spelling on the command line."""
        return f"--{self.name}"

    @property
    def variable(self) -> str:
        """Its spelling in the environment."""
        return f"GLUEPOT_{self.field.upper()}"

    @property
    def field(self) -> str:
        """Its spelling in Python."""
        return self.name.replace("-", "_")


SETTINGS = (
    Setting("catalog", "text", "The catalog's file; gluepot.db in the current folder by default.", "command"),
    Setting("database", "text", "The tables' database; the one called default, as in Glue, unless given."),
    Setting("prefix", "text", "Put this before each table's name."),
    Setting("exclude", "list", "Leave out objects that match this glob, relative to the target, as in Glue; may be repeated."),
    Setting(
        "classifier", "list", "Try this custom classifier first, of the settings, the catalog or a .json file; may be repeated.", "command"
    ),
    Setting("sample-size", "number", "Classify at most so many objects of each leaf folder, 1 to 249; all by default."),
    Setting("table-level", "number", "Make one table of each folder at this depth; the bucket or the target is level 1."),
    Setting(
        "update-behavior",
        "text",
        "What becomes of a known table that is found different: UPDATE_IN_DATABASE by default.",
        choices=("UPDATE_IN_DATABASE", "LOG"),
    ),
    Setting(
        "delete-behavior",
        "text",
        "What becomes of a known table that is gone: DEPRECATE_IN_DATABASE by default.",
        choices=("DEPRECATE_IN_DATABASE", "DELETE_FROM_DATABASE", "LOG"),
    ),
    Setting("single-schema", "switch", "Make one table of each target, whatever the schemas."),
    Setting("table-threshold", "number", "Fail and write nothing if there are more tables than this."),
    Setting(
        "inference", "text", "accurate: the best that the engines can read; glue: what AWS's crawler writes.", choices=("accurate", "glue")
    ),
    Setting("confirm", "switch", "Read whole files, not samples alone, and correct what the samples made believe."),
    Setting("dry-run", "switch", "Show what would be written, and write nothing."),
    Setting("output", "text", "table on a terminal, tsv in a pipe by default.", "command", ("table", "json", "tsv")),
    Setting("workers", "number", "Processes that classify; one a core by default."),
    Setting("verify", "text", "Read tables back: a sample by default, in full, or not at all.", choices=("full", "sample", "none")),
    Setting("statistics", "switch", "Keep column statistics, a profile and semantic types of what verification reads; on by default."),
    Setting("endpoint-url", "text", "S3's address, for stores other than AWS.", "s3"),
    Setting("region", "text", "S3's region; AWS_REGION says it too.", "s3"),
    Setting("profile", "text", "The profile of AWS credentials to use.", "s3"),
    Setting("anonymous", "switch", "Read public buckets without credentials.", "s3"),
    Setting("requester-pays", "switch", "Pay for reading buckets whose requester pays.", "s3"),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}
# Also understood, after GLUEPOT_…: boto3 reads AWS's other variables by itself, but not this one.
_BORROWED = {"AWS_REGION": "region"}
_CLASSIFIERS = "classifiers"  # the file's tables of custom classifiers, by name
_FILES = ("gluepot.toml", "pyproject.toml")
_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_EXPECTED = {"text": "text", "number": "a whole number", "switch": "true or false", "list": "a list of texts"}


class Given(NamedTuple):
    """A setting's value, and where it was given."""

    value: Any
    place: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings, merged and checked."""

    catalog: Path
    output: str | None  # None: as fits where it goes
    crawl: CrawlSettings
    given_database: str | None = None  # None: nobody said one
    classifier: tuple[str, ...] | None = None  # names of custom classifiers in order of priority; None: nobody chose
    classifiers: Mapping[str, Classifier] = field(default_factory=dict[str, "Classifier"])  # those that the file defines


def load(
    flags: Mapping[str, object] | None = None,
    *,
    file: str | None = None,
    environment: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Configuration:
    """Merge flags (by setting name; None is not given), the environment, and the file found from `folder`.

    Raises ConfigError with one line for each mistake.
    """
    mistakes: list[str] = []
    source = _find_file(file, environment, folder or Path(), mistakes)
    in_file, classifiers = _from_file(source, mistakes) if source else ({}, {})
    given = {
        **in_file,
        **_from_environment(environment, mistakes),
        **_from_flags(flags or {}, mistakes),
    }
    crawl = _crawl_settings(given, mistakes)
    if mistakes or crawl is None:
        raise ConfigError("\n".join(mistakes))
    values = {name: one.value for name, one in given.items()}
    return Configuration(
        _path(values.get("catalog", "gluepot.db")),
        values.get("output"),
        crawl,
        values.get("database"),
        values.get("classifier"),
        classifiers,
    )


# --- the three sources ----------------------------------------------------------------------------------


def _from_flags(flags: Mapping[str, object], mistakes: list[str]) -> dict[str, Given]:
    # An option that may be repeated and was not is an empty tuple.
    raw = ((_BY_NAME[name], value, f"--{name}") for name, value in flags.items() if value is not None and value != ())
    return _collect(((setting, _typed(setting, value), place) for setting, value, place in raw), mistakes)


def _from_environment(environment: Mapping[str, str], mistakes: list[str]) -> dict[str, Given]:
    variables = {**{setting.variable: setting.name for setting in SETTINGS}, **_BORROWED}
    for name in environment:
        # Others may own a GLUEPOT_ variable (a cluster with a service of that name sets GLUEPOT_PORT): only a near miss is a mistake.
        if name.startswith("GLUEPOT_") and name not in variables and name != "GLUEPOT_CONFIG":
            near = _nearest(name.removeprefix("GLUEPOT_"), [setting.variable.removeprefix("GLUEPOT_") for setting in SETTINGS])
            mistakes += [f"{name}: there is no such variable; did you mean GLUEPOT_{near}?"] if near else []
    raw = ((_BY_NAME[name], environment.get(variable, ""), variable) for variable, name in variables.items())
    return _collect(((setting, _typed(setting, text), place) for setting, text, place in raw if text), mistakes)


def _from_file(path: Path, mistakes: list[str]) -> tuple[dict[str, Given], dict[str, Classifier]]:
    """Return a file's settings, and the custom classifiers that it defines."""
    try:
        text = path.read_bytes().decode()
        table = _table(path, text)
    except (OSError, ValueError) as error:
        mistakes.append(f"{path}: {(error.strerror if isinstance(error, OSError) else None) or error}.")
        return {}, {}
    places = {name: f"{path}{_line(text, name)}, {name}" for name in table}
    classifiers = _classifiers(table.pop(_CLASSIFIERS, {}), lambda name: f"{path}{_line(text, name)}, {name}", mistakes)
    for name in sorted(table.keys() - _BY_NAME.keys()):
        near = _nearest(name, _BY_NAME)
        mistakes.append(f"{places[name]}: there is no such setting{f'; did you mean {near}?' if near else '.'}")
    given = _collect(((_BY_NAME[name], value, places[name]) for name, value in table.items() if name in _BY_NAME), mistakes)
    if "catalog" in given:
        given["catalog"] = Given(path.parent / _path(given["catalog"].value), given["catalog"].place)
    return given, classifiers


def _classifiers(tables: object, place: Callable[[str], str], mistakes: list[str]) -> dict[str, Classifier]:
    """Build the custom classifiers of a file, in its order."""
    if not tables:
        return {}
    from .classifiers.custom.toml import from_toml

    found: dict[str, Classifier] = {}
    for name, table in tables.items() if _is_table(tables) else [("", tables)]:
        where = f"{_CLASSIFIERS}.{name}" if name else _CLASSIFIERS
        if not _is_table(table):
            mistakes.append(f"{place(where)}: must be a table, [{_CLASSIFIERS}.NAME]; `classifier` says which are used.")
            continue
        try:
            found[name] = from_toml(name, table)
        except InvalidInput as error:
            mistakes.append(f"{place(where)}: {error}")
    return found


def _table(path: Path, text: str) -> dict[str, Any]:
    """Return a file's settings. Raises ValueError where it is not TOML, or a section is no table."""
    import tomllib

    found: object = tomllib.loads(text)
    for section in ("tool", "gluepot") if path.name == "pyproject.toml" else ():
        found = found.get(section, {}) if _is_table(found) else None
    if not _is_table(found):
        raise ValueError("tool.gluepot must be a table")
    return found


def _find_file(flag: str | None, environment: Mapping[str, str], folder: Path, mistakes: list[str]) -> Path | None:
    wanted = flag or environment.get("GLUEPOT_CONFIG")
    if wanted:
        path = _path(wanted)
        if path.is_file():
            return path
        mistakes.append(f"{'--config' if flag else 'GLUEPOT_CONFIG'}: there is no file {wanted!r}.")
        return None
    for name in _FILES:
        path = folder / name
        # Another tool's pyproject.toml is none of our business, broken or not.
        if path.is_file() and (name != "pyproject.toml" or b"gluepot" in path.read_bytes()):
            return path
    return None


# --- values ---------------------------------------------------------------------------------------------


def _typed(setting: Setting, raw: object) -> object:
    """Read the text of a flag or variable as what the setting wants; what cannot be read stays text."""
    if not isinstance(raw, str):
        return raw
    match setting.kind:
        case "number":
            return int(raw) if re.fullmatch(r"[+-]?[0-9]{1,18}", raw) else raw
        case "switch":
            return _WORDS.get(raw.lower(), raw)
        case "list":
            return _list(raw)
        case "text":
            return raw


def _list(text: str) -> object:
    """Read `["a", "b"]` or `a,b`; a comma between the braces of a glob does not part."""
    import json

    try:
        values: object = json.loads(text)
    except ValueError:
        values = None
    return values if _is_list(values) else [part.strip() for part in re.split(r",(?![^{}]*\})", text) if part.strip()]


def _collect(raw: Iterable[tuple[Setting, object, str]], mistakes: list[str]) -> dict[str, Given]:
    given: dict[str, Given] = {}
    for setting, value, place in raw:
        mistake = _mistake(setting, value)
        if mistake:
            mistakes.append(f"{place}: {mistake}")
        elif setting.name not in given:  # GLUEPOT_REGION stands before AWS_REGION
            given[setting.name] = Given(tuple(value) if _is_list(value) else value, place)
    return given


def _mistake(setting: Setting, value: object) -> str | None:
    match setting.kind, value:
        case ("text", str()) if not setting.choices or value in setting.choices:
            return None
        case ("number", int()) if not isinstance(value, bool):
            return None
        case ("switch", bool()):
            return None
        case ("list", _) if _is_list(value) and all(isinstance(item, str) for item in value):
            return None
        case _:
            *others, last = setting.choices or (_EXPECTED[setting.kind],)
            return f"must be {', '.join(others)}{' or ' * bool(others)}{last}, not {value!r}."


def _crawl_settings(given: Mapping[str, Given], mistakes: list[str]) -> CrawlSettings | None:
    """Build the crawl's settings; each is first tried alone, so that a mistake can be told with its place."""
    from .crawler.settings import CrawlSettings
    from .storage.s3 import S3Options

    for setting, (value, place) in ((_BY_NAME[name], one) for name, one in given.items()):
        if setting.owner != "command":
            try:
                (CrawlSettings if setting.owner == "crawl" else S3Options)(**{setting.field: value})
            except InvalidInput as error:
                mistakes.append(f"{place}: {error}")
    if mistakes:
        return None
    return CrawlSettings(**_of("crawl", given), s3=S3Options(**_of("s3", given)))


def _of(owner: Owner, given: Mapping[str, Given]) -> dict[str, Any]:
    return {setting.field: given[setting.name].value for setting in SETTINGS if setting.owner == owner and setting.name in given}


def _is_table(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, (list, tuple))


def _path(text: str | Path) -> Path:
    return Path(text).expanduser()


def _line(text: str, key: str) -> str:
    found = re.search(
        rf"""^[ \t]*["']?{re.escape(key)}["']?[ \t]*[=.]|^[ \t]*\[+[ \t]*(?:tool\.gluepot\.)?{re.escape(key)}[ \t]*[].]""",
        text,
        re.MULTILINE,
    )
    return f", line {text.count(chr(10), 0, found.start()) + 1}" if found else ""


def _nearest(word: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), 1, 0.75)), None)
