"""What went wrong with S3, said in gluepot's errors: which object, why, and the cure. Never a credential."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager

from ..errors import AccessDenied, ObjectNotFound, StorageError, StoreUnavailable

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_REASON = re.compile(r" - (?!Server returned)([^\n<]+)")

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"}
_UNKNOWN_KEYS = {"SignatureDoesNotMatch", "InvalidAccessKeyId", "InvalidSecurity", "NotSignedUp"}
_ELSEWHERE = {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "TemporaryRedirect"}
_ASK_AGAIN = {
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "RequestTimeout",
    "RequestLimitExceeded",
    "InternalError",
    "ServiceUnavailable",
}

_NO_CREDENTIALS = (
    "No AWS credentials were found for {where}: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
    "run `aws configure` or `aws sso login`, or use --anonymous if the bucket is public."
)
_DENIED = (
    "Access to {where} is denied{said}: give credentials that may list and read it (AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY), use --anonymous if it is public, or --requester-pays if its readers pay."
)


class PastTheEnd(Exception):
    """The range begins behind the object's end."""


@contextmanager
def mapped(bucket: str, key: str) -> Generator[None]:
    """Raise what boto3 or obstore raise as a StorageError about the object, or the bucket where the key is ''.

    Raises PastTheEnd for a range that cannot be served.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from obstore.exceptions import BaseError

    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        raise _failure(bucket, key, status, error.response.get("Error", {}).get("Code", "")) from error
    except BotoCoreError as error:
        raise _of_boto(bucket, key, error) from error
    except (BaseError, OSError) as error:  # obstore's; a missing object is a FileNotFoundError there
        raise _of_obstore(bucket, key, error) from None  # its text repeats the whole answer


def _failure(bucket: str, key: str, status: int, code: str) -> Exception:
    """Say what an answer means; `status` 0 and `code` '' where there was none."""
    where = f"s3://{bucket}/{key}"
    said = f" ({code})" if code and not code.isdigit() else ""
    if code == "NoSuchBucket" or (status == 404 and not key):
        return ObjectNotFound(f"The bucket {bucket} does not exist; check its name, and --endpoint-url if it is not on AWS.")
    if status == 404:
        return ObjectNotFound(f"{where} does not exist; check the name, or crawl again if it was removed meanwhile.")
    if status == 416:
        return PastTheEnd()
    if code == "InvalidObjectState":
        return StorageError(f"{where} is archived (GLACIER or DEEP_ARCHIVE); restore it first, or exclude it.")
    if code in _EXPIRED:
        return AccessDenied(f"The credentials for {where} have expired{said}: renew them, for example with `aws sso login`.")
    if code in _UNKNOWN_KEYS:
        return AccessDenied(f"The server of {where} does not accept these credentials{said}: check the access key and the secret key.")
    if code == "RequestTimeTooSkewed":
        return AccessDenied(f"The server of {where} says that this machine's clock is wrong by more than 15 minutes: set it.")
    if status in (301, 307) or code in _ELSEWHERE:
        return StorageError(f"The bucket {bucket} is in another region{said}: name it with --region or AWS_REGION.")
    if status in (401, 403):
        return AccessDenied(_DENIED.format(where=where, said=said))
    if status == 412:
        return StorageError(f"{where} changed while it was read; crawl again.")
    if status == 429 or status >= 500 or code in _ASK_AGAIN:
        return StoreUnavailable(f"The server of {where} kept answering {status}{said} to repeated requests; try again later.")
    return StorageError(f"{where} cannot be read: the server answered {status}{said}.")


def _of_boto(bucket: str, key: str, error: Exception) -> StorageError:
    from botocore import exceptions

    where = f"s3://{bucket}/{key}"
    no_credentials = (exceptions.NoCredentialsError, exceptions.PartialCredentialsError)
    if isinstance(error, no_credentials):
        return AccessDenied(_NO_CREDENTIALS.format(where=where))
    renewal = (exceptions.CredentialRetrievalError, exceptions.SSOError, exceptions.TokenRetrievalError, exceptions.MetadataRetrievalError)
    if isinstance(error, renewal):
        return AccessDenied(f"The credentials for {where} cannot be had: {error}")
    if isinstance(error, exceptions.ParamValidationError):
        return ObjectNotFound(f"The bucket {bucket!r} cannot exist: its name is not one that S3 allows.")
    return _unreachable(where, str(error))


def _of_obstore(bucket: str, key: str, error: Exception) -> Exception:
    text = str(error)
    status, code = _STATUS.search(text), _CODE.search(text)
    if status or isinstance(error, FileNotFoundError):
        return _failure(bucket, key, int(status[1]) if status else 404, code[1] if code else "")
    if "redirect without LOCATION" in text:
        return _failure(bucket, key, 301, "PermanentRedirect")
    reason = _REASON.search(text)
    return _unreachable(f"s3://{bucket}/{key}", reason[1] if reason else text.splitlines()[0])


def _unreachable(where: str, reason: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The server of {where} cannot be reached or went silent ({reason.strip()}); check the network and --endpoint-url."
    )
