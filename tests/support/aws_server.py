"""moto, a stand-in for AWS: its Secrets Manager over HTTP."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3

from servers import ServerMissing, free_port, running, wait_until


@dataclass(frozen=True, slots=True)
class AwsServer:
    """A running stand-in, which takes any credentials."""

    endpoint: str

    def environment(self) -> dict[str, str]:
        """Return the variables by which boto3 finds the server."""
        return {
            "AWS_ACCESS_KEY_ID": "AKIDTEST",
            "AWS_SECRET_ACCESS_KEY": "secretOfTheTests",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.endpoint,
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def put_secret(self, name: str, text: str, region: str = "eu-west-1") -> str:
        """Keep a secret; return its ARN."""
        client = boto3.client(
            "secretsmanager", region_name=region, endpoint_url=self.endpoint, aws_access_key_id="a", aws_secret_access_key="b"
        )
        return client.create_secret(Name=name, SecretString=text)["ARN"]


@contextmanager
def moto() -> Generator[AwsServer]:
    """Run moto. Raises ServerMissing."""
    program = Path(sys.executable).parent / "moto_server"
    if not program.exists():
        raise ServerMissing("moto is missing: pip install moto[server,secretsmanager]")
    with tempfile.TemporaryDirectory(prefix="gluepot-aws-") as folder:
        port = free_port()
        with running([str(program), "-H", "127.0.0.1", "-p", str(port)], Path(folder), {"PATH": "/usr/bin:/bin", "HOME": folder}) as server:
            made = AwsServer(f"http://127.0.0.1:{port}")
            wait_until(lambda: made.put_secret("started", "yes"), server)
            yield made
