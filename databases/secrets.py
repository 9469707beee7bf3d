"""Where a reference becomes the password: the one place that reads a variable, a file or AWS for it.

No error here holds a secret; `scrubbed` takes one out of what a driver says.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, quote_plus

from ..errors import AccessDenied, InvalidInput, ObjectNotFound, StorageError, StoreUnavailable
from .address import Address

if TYPE_CHECKING:
    from boto3.session import Session

_LONGEST = 65_536  # bytes of a file that holds a password
_HIDDEN = "***"
_RDS_HOST = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com(?:\.cn)?$")
_ARN = re.compile(r"arn:[\w-]+:secretsmanager:([\w-]+):")
_IAM_ENGINES = ("postgresql", "mysql", "mariadb")


@dataclass(frozen=True, slots=True)
class Aws:
    """Whose account to ask; what is not given comes from boto3's own sources."""

    region: str | None = None
    profile: str | None = None


class Secret(NamedTuple):
    """What a reference leads to."""

    password: str
    user: str | None = None


def signed_in(address: Address, aws: Aws | None = None, environment: Mapping[str, str] = os.environ) -> tuple[Address, str | None]:
    """Return an address with the user and the TLS that its secret asks for, and the password, if it has one.

    Raises InvalidInput naming the variable, file or secret that is wrong; AccessDenied, ObjectNotFound, StoreUnavailable for AWS.
    """
    if address.password is None:
        return address, None
    kind, _, rest = address.password.partition(":")
    if kind == "rds-iam":
        return _secure(address), _token(address, aws or Aws())
    secret = _RESOLVE[kind](rest, aws or Aws(), environment)
    if not secret.password:
        raise InvalidInput(f"{address.password} is empty: {address.place} has no password there.")
    return replace(address, user=address.user or secret.user), secret.password


def scrubbed(text: str, secret: str | None) -> str:
    """Return a text without a secret, in whatever spelling a driver may repeat it."""
    if secret:
        for spelling in sorted(
            {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), repr(secret)[1:-1]}, key=len, reverse=True
        ):
            text = text.replace(spelling, _HIDDEN)
    return text


def _variable(name: str, aws: Aws, environment: Mapping[str, str]) -> Secret:
    if name not in environment:
        raise InvalidInput(f"The variable {name} is not set, and a password should be in it: export {name}=… first.")
    return Secret(environment[name])


def _file(path: str, aws: Aws, environment: Mapping[str, str]) -> Secret:
    """Read a file, but for the line end that editors add. Who may read it is not asked: containers mount secrets for all to read."""
    path = os.path.expanduser("/" + path.lstrip("/") if path.startswith("//") else path)
    try:
        with open(path, "rb") as file:
            text = file.read(_LONGEST + 1)
        if len(text) > _LONGEST:
            raise InvalidInput(f"The file {path} is too long for a password.")
        return Secret(re.sub(r"\r?\n\Z", "", text.decode()))
    except OSError as error:
        raise InvalidInput(f"The file {path}, in which a password should be, cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"The file {path}, in which a password should be, is no UTF-8.") from None


# --- AWS ------------------------------------------------------------------------------------------------


def _managed(reference: str, aws: Aws, environment: Mapping[str, str]) -> Secret:
    """Read a secret of Secrets Manager: a member of it, the password that RDS writes into one, or the whole text."""
    name, _, key = reference.partition("#")
    within = _ARN.match(name)
    with _asking(f"The secret {name} of AWS Secrets Manager"):
        client = _session(aws).client("secretsmanager", region_name=within[1] if within else aws.region)
        answer = client.get_secret_value(SecretId=name)
    text: str = answer.get("SecretString") or answer.get("SecretBinary", b"").decode(errors="replace")
    members = _members(text)
    if members is None and not key:
        return Secret(text)
    wanted = key or "password"
    if members is None or wanted not in members:
        has = f"it has {', '.join(sorted(members))}" if members else "it is no JSON object"
        raise InvalidInput(f"The secret {name} of AWS Secrets Manager has no {wanted!r}: {has}; write secretsmanager:{name}#KEY.")
    return Secret(str(members[wanted]), str(members["username"]) if "username" in members else None)


def _members(text: str) -> dict[str, Any] | None:
    try:
        found: Any = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None  # pyright: ignore[reportUnknownVariableType] - JSON


def _secure(address: Address) -> Address:
    return replace(address, tls="require") if address.tls in ("disable", "prefer") else address


def _token(address: Address, aws: Aws) -> str:
    """Return what stands for a password for 15 minutes; it is signed here, and nothing is asked."""
    if address.engine.name not in _IAM_ENGINES:
        raise InvalidInput(f"{address.place}: rds-iam is for PostgreSQL, MySQL and MariaDB, not for {address.engine.title}.")
    if not address.user:
        raise InvalidInput(f"{address.place}: rds-iam needs a user, to whom the token is given.")
    within = _RDS_HOST.search(address.host)
    with _asking(f"A token of RDS for {address.place}"):
        client = _session(aws).client("rds", region_name=within[1] if within else aws.region)
        return client.generate_db_auth_token(DBHostname=address.host, Port=address.port or 0, DBUsername=address.user)


def _session(aws: Aws) -> Session:
    import boto3

    return boto3.Session(profile_name=aws.profile, region_name=aws.region)


@contextmanager
def _asking(what: str) -> Generator[None]:
    """Raise what boto3 raises as errors that name what was asked for."""
    from botocore import exceptions

    try:
        yield
    except exceptions.ClientError as error:
        raise _refused(what, error.response.get("Error", {}).get("Code", "")) from None
    except (exceptions.NoRegionError, exceptions.ProfileNotFound) as error:
        raise InvalidInput(f"{what} cannot be had: {error} Say --region and --profile, or AWS_REGION and AWS_PROFILE.") from None
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError, exceptions.CredentialRetrievalError) as error:
        raise AccessDenied(f"{what} cannot be had: {error} Set AWS_PROFILE, or run `aws configure` or `aws sso login`.") from None
    except exceptions.BotoCoreError as error:
        raise StoreUnavailable(f"{what} cannot be had: {error}") from None


def _refused(what: str, code: str) -> StorageError:
    if code == "ResourceNotFoundException":
        return ObjectNotFound(f"{what} does not exist; check its name, and the region (--region).")
    if "Denied" in code or code in ("UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException"):
        return AccessDenied(f"{what} may not be read with these credentials ({code}); secretsmanager:GetSecretValue must be allowed.")
    return StoreUnavailable(f"{what} cannot be had: AWS answered {code}.")


_RESOLVE: Mapping[str, Callable[[str, Aws, Mapping[str, str]], Secret]] = {"env": _variable, "file": _file, "secretsmanager": _managed}
