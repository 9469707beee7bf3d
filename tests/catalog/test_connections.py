"""Connections: the contract of every catalog, and that none of them keeps a secret."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gluepot.catalog import Catalog, Connection
from gluepot.catalog.references import is_reference, is_secret_name, open_secret
from gluepot.catalog.sqlite import open_catalog
from gluepot.errors import AlreadyExists, EntityNotFound, InvalidInput

URL = "jdbc:postgresql://db.example.com:5432/shop"
SHOP = {
    "Name": "Shop",
    "Description": "the till",
    "ConnectionType": "JDBC",
    "MatchCriteria": ["postgresql"],
    "ConnectionProperties": {"JDBC_CONNECTION_URL": URL, "USERNAME": "reader", "PASSWORD": "env:SHOP_PASSWORD"},
    "PhysicalConnectionRequirements": {"SubnetId": "subnet-1", "SecurityGroupIdList": ["sg-1"]},
    "AthenaProperties": {"spill_bucket": "lake"},
}
SECRET = "hunter2-Pa55"


def connection(**properties: Any) -> Connection:
    return Connection("c", connection_type="JDBC", properties={"JDBC_CONNECTION_URL": URL, **properties})


def test_a_connection_comes_back_with_what_the_service_sets(catalog: Catalog) -> None:
    catalog.create_connection(Connection.from_api(SHOP))

    found = catalog.get_connection("Shop").to_api()

    assert found.pop("CreationTime") == found.pop("LastUpdatedTime") > 1_600_000_000
    assert found.pop("Status") == "READY"
    assert found == SHOP


def test_a_name_is_given_once_and_keeps_its_capitals(catalog: Catalog) -> None:
    catalog.create_connection(Connection.from_api(SHOP))
    catalog.create_connection(Connection.from_api({**SHOP, "Name": "shop"}))

    with pytest.raises(AlreadyExists, match="Shop"):
        catalog.create_connection(Connection.from_api(SHOP))
    with pytest.raises(EntityNotFound, match="SHOP"):
        catalog.get_connection("SHOP")


def test_an_update_replaces_the_whole_definition(catalog: Catalog) -> None:
    catalog.create_connection(Connection.from_api(SHOP))

    catalog.update_connection("Shop", Connection("Shop", connection_type="NETWORK", properties={}))

    found = catalog.get_connection("Shop")
    assert (found.connection_type, found.description, found.properties) == ("NETWORK", None, {})


def test_an_update_does_not_rename(catalog: Catalog) -> None:
    catalog.create_connection(Connection.from_api(SHOP))

    with pytest.raises(InvalidInput, match="renamed"):
        catalog.update_connection("Shop", Connection.from_api({**SHOP, "Name": "till"}))


def test_a_missing_connection_is_named(catalog: Catalog) -> None:
    with pytest.raises(EntityNotFound, match="nobody"):
        catalog.get_connection("nobody")
    with pytest.raises(EntityNotFound, match="nobody"):
        catalog.delete_connection("nobody")
    with pytest.raises(EntityNotFound, match="Shop"):
        catalog.update_connection("Shop", Connection.from_api(SHOP))


def test_a_deleted_connection_is_gone(catalog: Catalog) -> None:
    catalog.create_connection(Connection.from_api(SHOP))
    catalog.delete_connection("Shop")

    assert list(catalog.get_connections()) == []


def test_connections_are_listed_by_name_in_pages(catalog: Catalog) -> None:
    for name in ("till", "Shop", "crm"):
        catalog.create_connection(Connection.from_api({**SHOP, "Name": name}))

    first = catalog.get_connections_page(limit=2)

    assert [one.name for one in first.items] == ["Shop", "crm"]
    assert [one.name for one in catalog.get_connections_page(first.next_token, 2).items] == ["till"]
    assert [one.name for one in catalog.get_connections()] == ["Shop", "crm", "till"]


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"Name": ""}, "1 to 255 characters"),
        ({"Name": "a\nb"}, "control character"),
        ({"Name": "c"}, "needs a ConnectionType.*needs ConnectionProperties"),
        ({"Name": "c", "ConnectionType": "JDBC", "ConnectionProperties": {}}, "needs the property JDBC_CONNECTION_URL"),
        ({"Name": "c", "ConnectionType": "NETWORK", "ConnectionProperties": {"HOST": ""}}, "HOST must be text of 1 to 1,024"),
        ({"Name": "c", "ConnectionType": "NETWORK", "ConnectionProperties": {"HOST": 7}}, "HOST must be text"),
    ],
)
def test_what_glue_refuses_is_refused(catalog: Catalog, document: dict[str, Any], what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        catalog.create_connection(Connection.from_api(document))


@pytest.mark.parametrize("reference", ["env:SHOP_PASSWORD", "file:/run/secrets/shop", "secretsmanager:shop#password", "rds-iam"])
def test_a_password_may_be_a_reference(catalog: Catalog, reference: str) -> None:
    catalog.create_connection(connection(PASSWORD=reference))

    assert (catalog.get_connection("c").properties or {})["PASSWORD"] == reference


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD", SECRET),
        ("PASSWORD", f"env:{SECRET}"),
        ("ENCRYPTED_PASSWORD", SECRET),
        ("KAFKA_SASL_PLAIN_PASSWORD", SECRET),
        ("JDBC_CONNECTION_URL", f"jdbc:postgresql://h/shop?user=a&password={SECRET}"),
        ("JDBC_CONNECTION_URL", f"jdbc:postgresql://h/shop?p%61ssword={SECRET}"),
        ("JDBC_CONNECTION_URL", f"jdbc:postgresql://h/shop?sslpassword={SECRET}"),
        ("JDBC_CONNECTION_URL", f"jdbc:sqlserver://h;user=sa;Password={{{SECRET}}}"),
        ("JDBC_CONNECTION_URL", f"jdbc:sqlserver://h;trustStorePassword={SECRET};encrypt=true"),
        ("JDBC_CONNECTION_URL", f"jdbc:mysql://root:{SECRET}@h/shop"),
        ("JDBC_CONNECTION_URL", f"jdbc:mysql://root:{SECRET}/%3F?x#y;z@h/shop"),
        ("JDBC_CONNECTION_URL", f"jdbc:mysql://root:1/{SECRET}@h/shop"),
        ("JDBC_CONNECTION_URL", f"jdbc:mysql://address=(host=h)(user=a)(password={SECRET})/shop"),
        ("JDBC_CONNECTION_URL", f"jdbc:mysql://h/shop?password2={SECRET}"),
        ("JDBC_CONNECTION_URL", f"jdbc:oracle:thin:scott/{SECRET}@h:1521:ORCL"),
        ("JDBC_CONNECTION_URL", f"jdbc:redshift:iam://h/dev?SecretAccessKey={SECRET}"),
        ("CONNECTION_URL", f"mongodb://root:{SECRET}@h/shop"),
    ],
)
def test_a_password_itself_is_refused_and_not_repeated(catalog: Catalog, name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"{name}.*env:NAME") as refused:
        catalog.create_connection(connection(**{name: value}))

    assert SECRET not in str(refused.value)
    assert list(catalog.get_connections()) == []


def test_credentials_of_other_kinds_are_refused_and_not_repeated(catalog: Catalog) -> None:
    credentials = {"BasicAuthenticationCredentials": {"Username": "a", "Password": SECRET}}
    oauth = {"OAuth2Properties": {"OAuth2Credentials": {"AccessToken": SECRET}}}

    with pytest.raises(InvalidInput, match=r"BasicAuthenticationCredentials.*OAuth2Credentials.*SecretArn") as refused:
        catalog.create_connection(Connection.from_api({**SHOP, "AuthenticationConfiguration": credentials | oauth}))

    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "jdbc:mysql://h:3306/shop?user=a@b&passwordCharacterEncoding=UTF-8",
        "jdbc:oracle:thin:@//h:1521/service",
        "jdbc:oracle:thin:@h:1521:SID",
        "jdbc:sqlserver://h\\one:1433;databaseName=shop;encrypt=true;password=env:PW",
        "postgresql://reader:env:PW@h/shop",
        "postgresql://reader:file:/run/secrets/pw@h/shop",
        "postgresql://[::1]:5432/shop?password=rds-iam",
        "jdbc:mysql://h/shop?user=a&password=",
    ],
)
def test_a_url_without_a_password_gives_none_away(url: str) -> None:
    assert open_secret(url) is None


def test_the_name_of_a_secret_is_no_secret() -> None:
    assert is_secret_name("PASSWORD")
    assert is_secret_name("sslpassword")
    assert not is_secret_name("SECRET_ID")
    assert not is_secret_name("KAFKA_SASL_SCRAM_SECRETS_ARN")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
INNOCENT = TEXT.filter(lambda text: open_secret(text) is None)
PROPERTIES = st.dictionaries(INNOCENT.filter(lambda name: not is_secret_name(name)), INNOCENT, max_size=3)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with open_catalog(tmp_path_factory.mktemp("law") / "gluepot.db") as catalog:
        yield catalog


@settings(deadline=None, derandomize=True, database=None)
@given(
    name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20),
    kind=TEXT,
    description=TEXT,
    properties=PROPERTIES,
)
def test_a_connection_round_trips_verbatim(store: Catalog, name: str, kind: str, description: str, properties: dict[str, str]) -> None:
    written = {"Name": name, "ConnectionType": kind, "Description": description, "ConnectionProperties": properties, "X-New": {"a": [1]}}
    store.create_connection(Connection.from_api(written))
    document = store.get_connection(name).to_api()
    store.delete_connection(name)
    assert {member: document[member] for member in written} == written


@settings(deadline=None, derandomize=True, database=None)
@given(
    user=st.text("abc.%-", min_size=1),
    password=TEXT.filter(lambda text: "@" not in text and not is_reference(text) and not text[:1].isdecimal()),
    rest=st.sampled_from(["", "/shop", ":5432/shop", "/shop?sslmode=require", ";databaseName=shop"]),
)
def test_a_password_in_the_user_part_is_found_whatever_it_is(user: str, password: str, rest: str) -> None:
    assert open_secret(f"postgresql://{user}:{password}@host{rest}") is not None
