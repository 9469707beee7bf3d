"""Addresses: what a URL says, JDBC's too, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gluepot.databases.address import Address, is_address, jdbc_url, parse_address
from gluepot.databases.engines import BY_NAME, ENGINES
from gluepot.databases.tls import MODES, Tls
from gluepot.errors import InvalidInput

SECRET = "hunter2-Pa55"


def read(text: str) -> Address:
    return parse_address(text)[0]


def engine(name: str, host: str, port: int | None, database: str = "", **more: object) -> Address:
    return Address(BY_NAME[name], host, port, database, **more)  # type: ignore[arg-type]  # each by its name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("postgresql://host/shop", engine("postgresql", "host", 5432, "shop")),
        ("postgres://HOST:6543", engine("postgresql", "host", 6543)),
        ("postgresql://", engine("postgresql", "localhost", 5432)),
        ("postgresql://[::1]:99/a%2Fb", engine("postgresql", "::1", 99, "a/b")),
        ("postgresql:///shop?host=/var/run/postgresql", engine("postgresql", "/var/run/postgresql", 5432, "shop")),
        ("postgresql+psycopg://host/shop", engine("postgresql", "host", 5432, "shop")),
        ("mysql://m%40il@host/", engine("mysql", "host", 3306, user="m@il")),
        ("mariadb://host/shop", engine("mariadb", "host", 3306, "shop")),
        ("sqlite:///shop.db", engine("sqlite", "", None, "shop.db")),
        ("sqlite:////data/my%20shop.db", engine("sqlite", "", None, "/data/my shop.db")),
        ("sqlserver://sa@host/shop/dbo/%", engine("sqlserver", "host", 1433, "shop", user="sa")),
        ("mssql://host%5Cone/shop", engine("sqlserver", "host", None, "shop", instance="one")),
        ("oracle://host/ORCL", engine("oracle", "host", 1521, "ORCL")),
        ("redshift://host/dev", engine("redshift", "host", 5439, "dev")),
        ("jdbc:postgresql://host/shop?currentSchema=a&user=me", engine("postgresql", "host", 5432, "shop", user="me")),
        ("jdbc:postgresql:shop", engine("postgresql", "localhost", 5432, "shop")),
        ("jdbc:mysql://host:3307/shop?useUnicode=true&serverTimezone=UTC", engine("mysql", "host", 3307, "shop")),
        ("jdbc:mariadb://host", engine("mariadb", "host", 3306)),
        ("jdbc:sqlserver://host\\one:99;databaseName=shop", engine("sqlserver", "host", 99, "shop", instance="one")),
        ("jdbc:sqlserver://host;DATABASE={a;b}}};user=sa", engine("sqlserver", "host", 1433, "a;b}", user="sa")),
        ("jdbc:sqlserver://;serverName=host;portNumber=99", engine("sqlserver", "host", 99)),
        ("jdbc:oracle:thin:@//host:99/shop.example.com", engine("oracle", "host", 99, "shop.example.com")),
        ("jdbc:oracle:thin:@host/shop", engine("oracle", "host", 1521, "shop")),
        ("jdbc:oracle:thin://@host:1521/shop", engine("oracle", "host", 1521, "shop")),
        ("jdbc:oracle:thin:@host:1521:ORCL", engine("oracle", "host", 1521, "ORCL", sid=True)),
        ("jdbc:oracle:thin:@[fe80::abcd]:1521:ORCL", engine("oracle", "fe80::abcd", 1521, "ORCL", sid=True)),
        ("jdbc:oracle:thin:scott@//host/shop", engine("oracle", "host", 1521, "shop", user="scott")),
        ("jdbc:redshift://host:5439/dev;UID=me", engine("redshift", "host", 5439, "dev", user="me")),
        ("jdbc:sqlite:/data/a%20b?.db", engine("sqlite", "", None, "/data/a%20b?.db")),
    ],
)
def test_a_url_says_where_a_database_is(text: str, found: Address) -> None:
    assert is_address(text)
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "user", "reference"),
    [
        ("postgresql://reader:env:SHOP_PASSWORD@host/shop", "reader", "env:SHOP_PASSWORD"),
        ("postgresql://reader:file:/run/secrets/pw@host/shop", "reader", "file:/run/secrets/pw"),
        ("postgresql://reader:file%3A%2Frun%2Fpw@host/shop", "reader", "file:/run/pw"),
        ("postgresql://reader@host/shop?password=secretsmanager:prod/shop#password", "reader", "secretsmanager:prod/shop#password"),
        ("mysql://reader:rds-iam@host", "reader", "rds-iam"),
        ("jdbc:postgresql://host/shop?user=reader&password=env:PW", "reader", "env:PW"),
        ("jdbc:sqlserver://host;user=reader;password={env:PW}", "reader", "env:PW"),
        ("jdbc:redshift://host/dev;UID=reader;PWD=env:PW", "reader", "env:PW"),
        ("jdbc:oracle:thin:reader/env:PW@//host/shop", "reader", "env:PW"),
    ],
)
def test_a_password_is_a_reference(text: str, user: str, reference: str) -> None:
    assert (read(text).user, read(text).password) == (user, reference)


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://reader:{SECRET}@host/shop",
        f"postgresql://reader:{SECRET}/?#@host/shop",
        f"postgresql://host/shop?password={SECRET}",
        f"postgresql://host/shop?passwor%64={SECRET}",
        f"mysql+pymysql://root:{SECRET}@host",
        f"jdbc:sqlserver://host;password={SECRET}",
        f"jdbc:oracle:thin:scott/{SECRET}@host:1521:ORCL",
        f"jdbc:redshift://host/dev;PWD={SECRET}",
        f"mongodb://root:{SECRET}@host",
        f"postgresql://env:{SECRET}@host",
    ],
)
def test_a_password_itself_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidInput, match="env:NAME") as refused:
        parse_address(text)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "mode", "root"),
    [
        ("postgresql://h", "prefer", None),
        ("postgresql://h?sslmode=verify-full&sslrootcert=/ca.pem", "verify-full", "/ca.pem"),
        ("postgresql://h?sslrootcert=/ca.pem", "verify-full", "/ca.pem"),
        ("postgresql://h?sslmode=allow", "prefer", None),
        ("jdbc:postgresql://h/d?ssl=true", "verify-full", None),
        ("jdbc:postgresql://h/d?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory", "require", None),
        ("jdbc:redshift://h/d?ssl=true;sslmode=verify-ca", "verify-ca", None),
        ("mysql://h?ssl-mode=VERIFY_IDENTITY&ssl-ca=/ca.pem", "verify-full", "/ca.pem"),
        ("jdbc:mysql://h/d?sslMode=REQUIRED", "require", None),
        ("jdbc:mysql://h/d?useSSL=false", "disable", None),
        ("jdbc:mysql://h/d?useSSL=true", "prefer", None),
        ("jdbc:mysql://h/d?useSSL=true&requireSSL=true", "require", None),
        ("jdbc:mysql://h/d?useSSL=true&requireSSL=true&verifyServerCertificate=true", "verify-ca", None),
        ("jdbc:mariadb://h/d?useSsl=true&trustServerCertificate=true", "require", None),
        ("jdbc:mariadb://h/d?sslMode=trust", "require", None),
        ("jdbc:sqlserver://h;encrypt=true", "verify-full", None),
        ("jdbc:sqlserver://h;encrypt=true;trustServerCertificate=true", "require", None),
        ("jdbc:sqlserver://h;encrypt=false", "disable", None),
        ("jdbc:oracle:thin:@tcps://h:2484/s", "verify-full", None),
        ("jdbc:oracle:thin:@tcps://h:2484/s?ssl_server_dn_match=no", "verify-ca", None),
    ],
)
def test_tls_is_understood_in_each_driver_s_words(text: str, mode: Tls, root: str | None) -> None:
    assert (read(text).tls, read(text).root_certificate) == (mode, root)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("postgresql://a,b/shop", "several servers"),
        ("jdbc:mysql://a:3306,b:3306/shop", "several servers"),
        ("jdbc:mysql:replication://a,b/shop", "one server"),
        ("jdbc:mysql://address=(host=a)/shop", "one server"),
        ("jdbc:redshift:iam://a/dev", "one server"),
        ("jdbc:oracle:thin:@(DESCRIPTION=(HOST=a))", "jdbc:oracle:thin:@//host:port/service"),
        ("jdbc:db2://host/shop", "No engine is called 'db2'"),
        ("jdbc:", "No engine is called ''"),
        ("postgresql://host:0/shop", "'0' is no port"),
        ("postgresql://host:99999/shop", "'99999' is no port"),
        ("postgresql://[::1/shop", "IPv6"),
        ("postgresql://::1/shop", "IPv6"),
        ("postgresql://h?sslmode=maybe", "no mode of TLS; there are disable, prefer"),
        ("postgresql://h?sslcert=/me.pem", "sslcert cannot be followed"),
        ("jdbc:mysql://h/d?trustCertificateKeyStoreUrl=file:/x.jks", "trustcertificatekeystoreurl cannot be followed"),
        ("postgresql://h/a/b/c/d", "database/schema/table"),
        ("postgresql://h/shop/public/%ca_fe", "written %25"),
        ("oracle://h/a%20b", "service or SID"),
        ("sqlite://shop.db", "three slashes"),
        ("sqlite:///", "three slashes"),
        ("s3://bucket/prefix", "not the URL of a database"),
        ("postgresql://h/\0", "control character"),
        ("postgresql://" + "h" * 9000, "too long"),
    ],
)
def test_what_cannot_be_reached_is_said(text: str, what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        parse_address(text)


def test_an_include_path_follows_the_server_and_a_name_may_be_percent_encoded() -> None:
    _, meant = parse_address("postgresql://host/shop/my%20sales/%25_2024")

    assert meant.parts == ("shop", "my sales", "%_2024")


NAME = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="%"), min_size=1, max_size=12)
HOST = st.one_of(st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,10}[a-z0-9])?", fullmatch=True), st.ip_addresses(v=6).map(str), st.just("/var/run"))
PORT = st.integers(1, 65535)


@st.composite
def addresses(draw: st.DrawFn) -> Address:
    made = draw(st.sampled_from(ENGINES))
    if made.name == "sqlite":
        return Address(made, "", None, draw(NAME.filter(lambda text: not text.startswith("file:"))))
    oracle, sqlserver = made.name == "oracle", made.name == "sqlserver"
    host = draw(HOST.filter(lambda text: not (text.startswith("/") and (oracle or sqlserver))))
    database = draw(st.from_regex(r"[A-Za-z_][\w.$#-]{0,9}", fullmatch=True) if oracle else st.one_of(NAME, st.just("")))
    root = draw(st.one_of(st.none(), NAME.map("/certificates/{}.pem".format)))
    instance = draw(st.one_of(st.none(), st.from_regex(r"[A-Z]\w{0,5}", fullmatch=True))) if sqlserver else None
    return Address(
        made, host, draw(PORT), database, None, None, draw(st.sampled_from(MODES)), root, instance, oracle and draw(st.booleans())
    )


@settings(deadline=None, derandomize=True, database=None, max_examples=400)
@given(addresses())
def test_what_is_written_as_jdbc_is_read_as_the_same_address(address: Address) -> None:
    assert read(jdbc_url(address)) == address


@settings(deadline=None, derandomize=True, database=None, max_examples=300)
@given(
    st.sampled_from(["postgresql://", "sqlite:///", "jdbc:sqlserver://", "jdbc:oracle:thin:", "jdbc:mysql:", "jdbc:redshift:"]),
    st.text(max_size=40),
)
def test_any_text_is_an_address_or_invalid(start: str, rest: str) -> None:
    try:
        read(start + rest)
    except InvalidInput:
        pass
