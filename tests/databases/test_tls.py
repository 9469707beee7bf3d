"""TLS as libpq's modes have it, towards a server that has it and one that has none."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pymysql
import pytest

from database_servers import DatabaseServer
from gluepot.databases.address import Address, parse_address
from gluepot.databases.session import open_session
from gluepot.databases.tls import MODES, Tls, context, mode_of, pymysql_arguments
from gluepot.errors import InvalidInput, StoreUnavailable
from tls_proxy import TlsProxy, tls_proxy


def cipher(server: DatabaseServer, mode: Tls, *, trusted: bool = False) -> str:
    """Return the cipher of a connection; empty for plain text."""
    root = str(server.certificate) if trusted else None
    arguments = pymysql_arguments(mode, root)
    with (
        pymysql.connect(host=server.host, port=server.port, user=server.admin, **arguments) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
        row = cursor.fetchone()
    return str(row[1]) if row else ""


@pytest.mark.parametrize(("mode", "trusted"), [("prefer", False), ("require", False), ("verify-ca", True), ("verify-full", True)])
def test_a_server_with_tls_is_spoken_to_in_it(mariadb_server: DatabaseServer, mode: Tls, trusted: bool) -> None:
    assert cipher(mariadb_server, mode, trusted=trusted)


def test_tls_is_left_alone_when_it_is_disabled(mariadb_server: DatabaseServer) -> None:
    assert cipher(mariadb_server, "disable") == ""


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_server_whose_certificate_nobody_vouches_for_is_refused(mariadb_server: DatabaseServer, mode: Tls) -> None:
    with pytest.raises(pymysql.OperationalError, match="certificate verify failed"):
        cipher(mariadb_server, mode)


@pytest.mark.parametrize("mode", ["disable", "prefer"])
def test_a_server_without_tls_is_spoken_to_in_plain_text_where_that_is_allowed(mariadb_without_tls: DatabaseServer, mode: Tls) -> None:
    assert cipher(mariadb_without_tls, mode) == ""


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_a_server_without_tls_is_refused_where_tls_is_demanded(mariadb_without_tls: DatabaseServer, mode: Tls) -> None:
    with pytest.raises(pymysql.OperationalError, match="SSL is required"):
        cipher(mariadb_without_tls, mode)


def test_only_verify_full_compares_the_name_of_the_host() -> None:
    compared = [mode for mode in MODES if context(mode, None).check_hostname]
    verified = [mode for mode in MODES if context(mode, None).verify_mode == ssl.CERT_REQUIRED]

    assert compared == ["verify-full"]
    assert verified == ["verify-ca", "verify-full"]


def test_a_root_certificate_that_is_none_is_named(tmp_path: object) -> None:
    with pytest.raises(InvalidInput, match=f"{__file__} cannot be used"):
        context("verify-full", __file__)
    with pytest.raises(InvalidInput, match=r"nowhere.pem cannot be used: No such file"):
        context("verify-full", f"{tmp_path}/nowhere.pem")


def test_a_mode_that_is_none_is_named() -> None:
    assert mode_of("VERIFY_IDENTITY") == "verify-full"
    with pytest.raises(InvalidInput, match=r"'maybe' is no mode of TLS; there are disable, prefer"):
        mode_of("maybe")


@pytest.fixture(scope="module", params=["127.0.0.1", "db.example.com"])
def secured(request: pytest.FixtureRequest, postgres_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """PostgreSQL behind TLS, with a certificate for the host that is asked, or for another."""
    with tls_proxy(postgres_server.port, tmp_path_factory.mktemp("tls"), request.param) as proxy:
        yield Secured(parse_address(f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres")[0], proxy, request.param == "127.0.0.1")


class Secured(NamedTuple):
    address: Address
    proxy: TlsProxy
    is_named: bool

    def version(self, mode: Tls, *, trusted: bool) -> str:
        root = str(self.proxy.authority) if trusted else None
        with open_session(replace(self.address, tls=mode, root_certificate=root)) as session:
            return session.version()


@pytest.mark.parametrize("mode", ["prefer", "require"])
def test_postgresql_s_certificate_is_not_looked_at_unless_that_is_asked(secured: Secured, mode: Tls) -> None:
    assert secured.version(mode, trusted=False).startswith("PostgreSQL")


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_postgresql_s_certificate_must_be_vouched_for_where_that_is_asked(secured: Secured, mode: Tls) -> None:
    with pytest.raises(StoreUnavailable, match="certificate is not trusted"):
        secured.version(mode, trusted=False)


def test_postgresql_s_certificate_must_be_of_its_host_with_verify_full_alone(secured: Secured) -> None:
    assert secured.version("verify-ca", trusted=True).startswith("PostgreSQL")
    if secured.is_named:
        assert secured.version("verify-full", trusted=True).startswith("PostgreSQL")
    else:
        with pytest.raises(StoreUnavailable, match="certificate is not trusted"):
            secured.version("verify-full", trusted=True)


def test_a_root_certificate_for_postgresql_that_is_none_is_told(secured: Secured) -> None:
    with (
        pytest.raises(StoreUnavailable, match=r"nowhere\.pem"),
        open_session(replace(secured.address, tls="verify-full", root_certificate="/nowhere.pem")),
    ):
        pass
