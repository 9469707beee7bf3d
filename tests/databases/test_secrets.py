"""References become passwords, and what goes wrong is said without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_server import AwsServer, moto
from gluepot.databases.address import Address, parse_address
from gluepot.databases.secrets import Aws, scrubbed, signed_in
from gluepot.errors import AccessDenied, InvalidInput, ObjectNotFound, StoreUnavailable

SHOP = parse_address("postgresql://reader@host/shop")[0]
RDS = parse_address("postgresql://reader:rds-iam@shop.c1abc2.eu-central-1.rds.amazonaws.com/shop")[0]


def password(reference: str, **environment: str) -> str | None:
    return signed_in(replace(SHOP, password=reference), environment=environment)[1]


@pytest.fixture(scope="module")
def aws_server() -> Iterator[AwsServer]:
    with moto() as server:
        yield server


@pytest.fixture
def aws(aws_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> AwsServer:
    for name, value in aws_server.environment().items():
        monkeypatch.setenv(name, value)
    return aws_server


def test_an_address_without_a_password_stays_without() -> None:
    assert signed_in(SHOP) == (SHOP, None)


def test_a_variable_holds_a_password() -> None:
    assert password("env:SHOP_PASSWORD", SHOP_PASSWORD="p w\n") == "p w\n"


def test_a_variable_that_is_missing_or_empty_is_named() -> None:
    with pytest.raises(InvalidInput, match="SHOP_PASSWORD is not set"):
        password("env:SHOP_PASSWORD")
    with pytest.raises(InvalidInput, match="env:SHOP_PASSWORD is empty"):
        password("env:SHOP_PASSWORD", SHOP_PASSWORD="")


@pytest.mark.parametrize(
    ("text", "found"), [(b"pw", "pw"), (b"pw\n", "pw"), (b"pw\r\n", "pw"), (b"pw\n\n", "pw\n"), (b" p\xc3\xa4 ", " pä ")]
)
def test_a_file_holds_a_password_and_one_line_end_is_cut(tmp_path: Path, text: bytes, found: str) -> None:
    (tmp_path / "pw").write_bytes(text)

    assert password(f"file:{tmp_path}/pw") == found
    assert password(f"file://{tmp_path}/pw") == found


@pytest.mark.parametrize(("text", "what"), [(b"\n", "is empty"), (b"\xff", "no UTF-8"), (b"x" * 70_000, "too long")])
def test_a_file_that_holds_no_password_is_named(tmp_path: Path, text: bytes, what: str) -> None:
    (tmp_path / "pw").write_bytes(text)

    with pytest.raises(InvalidInput, match=what) as refused:
        password(f"file:{tmp_path}/pw")
    assert "/pw" in str(refused.value)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone, in which a password should be, cannot be read: No such file"):
        password(f"file:{tmp_path}/gone")


def test_a_secret_of_aws_is_read_as_rds_writes_it(aws: AwsServer) -> None:
    aws.put_secret("rds", json.dumps({"username": "admin", "password": "p:w", "engine": "postgres"}))
    nobody = replace(SHOP, user=None, password="secretsmanager:rds")

    address, found = signed_in(nobody)

    assert (address.user, found) == ("admin", "p:w")
    assert signed_in(replace(nobody, user="reader"))[0].user == "reader"


def test_a_secret_of_aws_may_be_plain_text_or_one_of_several(aws: AwsServer) -> None:
    aws.put_secret("plain", "12345")
    aws.put_secret("several/apps", json.dumps({"shop": "one", "till": "two"}))

    assert password("secretsmanager:plain") == "12345"
    assert password("secretsmanager:several/apps#till") == "two"


def test_a_secret_of_another_region_is_found_by_its_arn(aws: AwsServer) -> None:
    arn = aws.put_secret("far", "away", region="us-west-2")

    assert password(f"secretsmanager:{arn}") == "away"
    assert signed_in(replace(SHOP, password="secretsmanager:far"), Aws(region="us-west-2"))[1] == "away"


def test_what_is_wrong_with_a_secret_of_aws_is_said_without_it(aws: AwsServer) -> None:
    aws.put_secret("misfit", json.dumps({"pin": "hunter2", "user": "me"}))
    aws.put_secret("text", "hunter2")

    with pytest.raises(InvalidInput, match="misfit of AWS Secrets Manager has no 'password': it has pin, user") as refused:
        password("secretsmanager:misfit")
    assert "hunter2" not in str(refused.value)
    with pytest.raises(InvalidInput, match="no 'x': it is no JSON object"):
        password("secretsmanager:text#x")
    with pytest.raises(ObjectNotFound, match="nobody of AWS Secrets Manager does not exist"):
        password("secretsmanager:nobody")


def test_an_account_that_cannot_be_asked_is_told(aws: AwsServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"profile .*nobody"):
        signed_in(replace(SHOP, password="secretsmanager:rds"), Aws(profile="nobody"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(InvalidInput, match="region"):
        password("secretsmanager:rds")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(AccessDenied, match="aws configure"):
        signed_in(replace(SHOP, password="secretsmanager:rds"), Aws(region="eu-west-1"))


def test_an_aws_that_cannot_be_reached_is_told(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(StoreUnavailable, match="connect"):
        password("secretsmanager:rds")


def test_a_token_of_rds_is_signed_for_the_host_s_region_and_goes_through_tls_alone(aws: AwsServer) -> None:
    address, token = signed_in(RDS)

    assert address.tls == "require"
    assert token
    assert token.startswith("shop.c1abc2.eu-central-1.rds.amazonaws.com:5432/?Action=connect&DBUser=reader")
    assert "eu-central-1" in token
    assert signed_in(replace(RDS, tls="verify-full"))[0].tls == "verify-full"
    assert "ap-south-1" in (signed_in(replace(RDS, host="db.example.com"), Aws(region="ap-south-1"))[1] or "")


@pytest.mark.parametrize(
    ("address", "what"),
    [(replace(RDS, user=None), "needs a user"), (parse_address("sqlserver://a:rds-iam@h")[0], "not for SQL Server")],
)
def test_a_token_of_rds_is_for_a_user_of_some_engines(address: Address, what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        signed_in(address)


@settings(deadline=None, derandomize=True, database=None)
@given(st.text(min_size=1).filter(lambda text: text not in "***"), st.text())
def test_no_spelling_of_a_password_stays_in_a_message(secret: str, around: str) -> None:
    secret = secret.encode(errors="replace").decode()
    message = f"{around}{secret} {quote(secret)} {quote(secret, safe='')} {secret!r}{around}"

    found = scrubbed(message, secret)

    assert secret not in found or secret in "***"
    assert quote(secret, safe="") not in found or quote(secret, safe="") in "***"
