"""Settings come from flags, the environment and a file; every mistake is told with its place."""

import re
from pathlib import Path

import pytest

from gluepot import config
from gluepot.config import SETTINGS, Configuration, Setting
from gluepot.errors import ConfigError

EXAMPLES: dict[str, tuple[object, str, object]] = {  # in the file, in a variable or flag, as read
    "text": ("glue", "glue", "glue"),
    "number": (7, "7", 7),
    "switch": (True, "yes", True),
    "list": (["*.tmp"], "*.tmp", ("*.tmp",)),
}
# Settings that take only certain texts.
TEXTS = {"output": "json", "verify": "full", "update-behavior": "LOG", "delete-behavior": "LOG", "endpoint-url": "http://127.0.0.1:9000"}


def _example(setting: Setting) -> tuple[object, str, object]:
    text = TEXTS.get(setting.name)
    return (text, text, text) if text else EXAMPLES[setting.kind]


def _read(found: Configuration, setting: Setting) -> object:
    match setting.owner:
        case "command":
            value = getattr(found, setting.field)
            return str(value) if setting.name == "catalog" else value
        case "crawl":
            return getattr(found.crawl, setting.field)
        case "s3":
            return getattr(found.crawl.s3, setting.field)


def _toml(folder: Path, text: str, name: str = "gluepot.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def _mistakes(folder: Path, environment: dict[str, str] | None = None, **flags: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load({name.replace("_", "-"): value for name, value in flags.items()}, environment=environment or {}, folder=folder)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_read_from_the_file(setting: Setting, tmp_path: Path) -> None:
    written, _, value = _example(setting)
    shown = str(written).lower() if isinstance(written, bool) else repr(written)
    _toml(tmp_path, f"{setting.name} = {shown}\n")

    found = _read(config.load(environment={}, folder=tmp_path), setting)

    assert found == (str(tmp_path / str(value)) if setting.name == "catalog" else value)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_read_from_a_variable(setting: Setting, tmp_path: Path) -> None:
    _, text, value = _example(setting)

    assert _read(config.load(environment={setting.variable: text}, folder=tmp_path), setting) == value


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_read_from_a_flag(setting: Setting, tmp_path: Path) -> None:
    _, text, value = _example(setting)
    flag = {"switch": True, "list": (text,)}.get(setting.kind, text)

    assert _read(config.load({setting.name: flag}, environment={}, folder=tmp_path), setting) == value


def test_a_flag_beats_a_variable_and_a_variable_the_file(tmp_path: Path) -> None:
    _toml(tmp_path, 'database = "file"\nprefix = "file"\nregion = "file"\n')
    environment = {"GLUEPOT_DATABASE": "variable", "GLUEPOT_PREFIX": "variable"}

    crawl = config.load({"database": "flag"}, environment=environment, folder=tmp_path).crawl

    assert (crawl.database, crawl.prefix, crawl.s3.region) == ("flag", "variable", "file")


def test_without_any_settings_the_catalog_is_gluepot_db_here_and_the_database_default(tmp_path: Path) -> None:
    found = config.load(environment={}, folder=tmp_path)

    assert (found.catalog, found.crawl.database, found.given_database) == (Path("gluepot.db"), "default", None)


def test_an_empty_variable_is_not_given(tmp_path: Path) -> None:
    assert config.load(environment={"GLUEPOT_DATABASE": "", "AWS_REGION": ""}, folder=tmp_path).crawl.s3.region is None


def test_aws_region_is_the_region_unless_gluepot_region_says_another(tmp_path: Path) -> None:
    def region(environment: dict[str, str]) -> str | None:
        return config.load(environment=environment, folder=tmp_path).crawl.s3.region

    assert region({"AWS_REGION": "eu-west-1"}) == "eu-west-1"
    assert region({"AWS_REGION": "eu-west-1", "GLUEPOT_REGION": "eu-north-1"}) == "eu-north-1"


@pytest.mark.parametrize("text", ["*.{csv,tsv}, **/tmp/**", '["*.{csv,tsv}", "**/tmp/**"]'])
def test_a_list_in_a_variable_is_parted_by_commas_or_is_json(text: str, tmp_path: Path) -> None:
    assert config.load(environment={"GLUEPOT_EXCLUDE": text}, folder=tmp_path).crawl.exclude == ("*.{csv,tsv}", "**/tmp/**")


def test_a_glob_flag_is_one_glob_whatever_commas_it_has(tmp_path: Path) -> None:
    assert config.load({"exclude": ("a,b", "c")}, environment={}, folder=tmp_path).crawl.exclude == ("a,b", "c")


def test_pyproject_is_read_under_tool_gluepot_where_there_is_no_gluepot_toml(tmp_path: Path) -> None:
    _toml(tmp_path, '[tool.gluepot]\ndatabase = "cafe"\n', "pyproject.toml")
    assert config.load(environment={}, folder=tmp_path).crawl.database == "cafe"

    _toml(tmp_path, 'prefix = "raw_"\n')
    assert config.load(environment={}, folder=tmp_path).crawl.database == "default"


def test_another_tool_s_broken_pyproject_is_not_read(tmp_path: Path) -> None:
    _toml(tmp_path, "[tool.other\n", "pyproject.toml")

    assert config.load(environment={}, folder=tmp_path).crawl.database == "default"


def test_a_named_file_is_read_instead_and_the_flag_names_it_first(tmp_path: Path) -> None:
    _toml(tmp_path, 'database = "here"\n')
    (tmp_path / "elsewhere").mkdir()
    other = _toml(tmp_path / "elsewhere", 'database = "other"\ncatalog = "lake.db"\n', "settings.toml")
    environment = {"GLUEPOT_CONFIG": str(other)}

    assert config.load(environment=environment, folder=tmp_path).crawl.database == "other"
    assert config.load(environment=environment, folder=tmp_path).catalog == tmp_path / "elsewhere" / "lake.db"
    assert config.load(environment=environment, file=str(tmp_path / "gluepot.toml")).crawl.database == "here"


def test_a_named_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    assert _mistakes(tmp_path, {"GLUEPOT_CONFIG": "no.toml"}) == ["GLUEPOT_CONFIG: there is no file 'no.toml'."]


def test_all_mistakes_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    path = _toml(tmp_path, '# mine\ntable-level = "two"\n\nverify = "maybe"\nsampel-size = 3\nwhatever = 1\n')

    mistakes = _mistakes(tmp_path, {"GLUEPOT_SAMPLE_SIZE": "0", "GLUEPOT_TABEL_LEVEL": "3"}, workers="many", inference="guess")

    assert sorted(mistakes) == sorted(
        [
            f"{path}, line 2, table-level: must be a whole number, not 'two'.",
            f"{path}, line 4, verify: must be full, sample or none, not 'maybe'.",
            f"{path}, line 5, sampel-size: there is no such setting; did you mean sample-size?",
            f"{path}, line 6, whatever: there is no such setting.",
            "GLUEPOT_TABEL_LEVEL: there is no such variable; did you mean GLUEPOT_TABLE_LEVEL?",
            "GLUEPOT_SAMPLE_SIZE: sample-size must be between 1 and 249, as in Glue, not 0.",
            "--workers: must be a whole number, not 'many'.",
            "--inference: must be accurate or glue, not 'guess'.",
        ]
    )


def test_a_file_that_is_not_toml_tells_the_line(tmp_path: Path) -> None:
    path = _toml(tmp_path, "database = 'a'\nprefix = \n")

    (mistake,) = _mistakes(tmp_path)

    assert mistake.startswith(f"{path}: ")
    assert re.search(r"line 2", mistake)


@pytest.mark.parametrize("text", ["tool = 3\n# gluepot", "[tool]\ngluepot = 3"])
def test_a_section_that_is_no_table_is_a_mistake(text: str, tmp_path: Path) -> None:
    path = _toml(tmp_path, text, "pyproject.toml")

    assert _mistakes(tmp_path) == [f"{path}: tool.gluepot must be a table."]


@pytest.mark.parametrize("name", ["GLUEPOT_PORT", "GLUEPOT_SERVICE_HOST", "GLUEPOT_PORT_8080_TCP"])
def test_a_variable_that_is_like_no_setting_belongs_to_someone_else(name: str, tmp_path: Path) -> None:
    assert config.load(environment={name: "tcp://10.0.0.1"}, folder=tmp_path).crawl.database == "default"
