"""How a process reaches one bucket: boto3 finds the endpoint, the region and the credentials; obstore uses them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

from ..errors import InvalidInput

if TYPE_CHECKING:
    from boto3.session import Session
    from mypy_boto3_s3 import S3Client
    from obstore.store import S3Store as Reader

CONCURRENT = 64  # requests in flight: with 25 ms to the first byte one process gets 2,300 objects a second
_AWS = re.compile(r"https://[^/]*\.amazonaws\.com(\.cn)?$")
_CREDENTIALS_LAST = timedelta(minutes=5)  # botocore renews them 10 minutes before they expire; obstore must not hold them longer


@dataclass(frozen=True, slots=True)
class S3Options:
    """How to reach S3; what is not given comes from boto3's own sources (environment, profile, role, …)."""

    endpoint_url: str | None = None
    region: str | None = None
    profile: str | None = None
    anonymous: bool = False  # unsigned requests, for public buckets
    requester_pays: bool = False
    patience: float = 60.0  # seconds for which a throttling, failing or silent server is asked again


@lru_cache(maxsize=64)
def connection(bucket: str, options: S3Options) -> Connection:
    """Return this process's connection to a bucket; nothing is asked of the server yet."""
    return Connection(bucket, options)


class Connection:
    """The clients of one bucket, each made when first needed."""

    def __init__(self, bucket: str, options: S3Options) -> None:
        self.bucket = bucket
        self.options = options

    @cached_property
    def client(self) -> S3Client:
        """boto3's client. Raises InvalidInput for a profile or endpoint that cannot be."""
        client = self._client(self.options.region, "auto")
        if _AWS.match(client.meta.endpoint_url):
            return client
        return self._client(self.options.region, "path")  # other servers have no host for each bucket

    @cached_property
    def reader(self) -> Reader:
        """The store of obstore, in the bucket's own region."""
        from obstore.auth.boto3 import Boto3CredentialProvider
        from obstore.store import S3Store as Reader

        region = self._bucket_region()
        endpoint = self._client(region, "auto").meta.endpoint_url
        signed = not self.options.anonymous
        provider = Boto3CredentialProvider(self._session, ttl=_CREDENTIALS_LAST) if signed and self._has_credentials() else None
        patience = timedelta(seconds=self.options.patience)
        return Reader(
            self.bucket,
            aws_endpoint_url_s3=endpoint,  # not `endpoint`, over which obstore takes AWS_ENDPOINT_URL_S3 from the environment
            region=region,
            skip_signature=not signed,
            request_payer=self.options.requester_pays,
            virtual_hosted_style_request=False,
            credential_provider=provider,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=min(5.0, self._timeout)),
                "read_timeout": timedelta(seconds=self._timeout),
                "timeout": timedelta(seconds=max(120.0, self.options.patience)),
            },
            retry_config={"max_retries": 12, "retry_timeout": patience, "backoff": {"max_backoff": timedelta(seconds=5)}},
        )

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """Threads that wait for answers."""
        return ThreadPoolExecutor(CONCURRENT, thread_name_prefix="gluepot-s3")

    @property
    def payer(self) -> dict[str, Any]:
        """The member that each boto3 request carries where the requester pays."""
        return {"RequestPayer": "requester"} if self.options.requester_pays else {}

    @cached_property
    def _session(self) -> Session:
        import boto3
        from botocore.exceptions import ProfileNotFound

        try:
            return boto3.Session(profile_name=self.options.profile, region_name=self.options.region)
        except ProfileNotFound as error:
            raise InvalidInput(f"{error}; choose one that ~/.aws/config or ~/.aws/credentials has.") from error

    @property
    def _timeout(self) -> float:
        """Seconds to wait for a server that has gone silent."""
        return self.options.patience / 3

    def _client(self, region: str | None, style: Literal["auto", "path"]) -> S3Client:
        from botocore import UNSIGNED
        from botocore.config import Config

        config = Config(
            signature_version=UNSIGNED if self.options.anonymous else None,
            s3={"addressing_style": style},
            connect_timeout=min(5.0, self._timeout),
            read_timeout=self._timeout,
            # The pauses double from a second to twenty, each shortened at random: seven tries last a minute at most.
            retries={"mode": "standard", "total_max_attempts": 2 + max(0, int(math.log2(max(1.0, self.options.patience))))},
            max_pool_connections=CONCURRENT,
        )
        try:
            return self._session.client("s3", region_name=region, endpoint_url=self.options.endpoint_url, config=config)
        except ValueError as error:
            raise InvalidInput(f"The endpoint {self.options.endpoint_url!r} cannot be used: {error}.") from error

    def _has_credentials(self) -> bool:
        from botocore.exceptions import NoCredentialsError

        if self._session.get_credentials() is None:
            raise NoCredentialsError
        return True

    def _bucket_region(self) -> str:
        """Ask where the bucket is: the answer carries its region even where it is a refusal."""
        from botocore.exceptions import ClientError

        try:
            answer: object = self.client.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            answer = error.response
        headers = cast("Mapping[str, Any]", answer)["ResponseMetadata"]["HTTPHeaders"]
        region = headers.get("x-amz-bucket-region") or self.client.meta.region_name
        return region if region and region != "aws-global" else "us-east-1"
