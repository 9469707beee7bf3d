"""PostgreSQL and MariaDB, as the tests and benches run them."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT
from typing import Any, Literal
from urllib.parse import quote

from database_programs import Programs, mariadb_programs, postgres_programs
from servers import ServerMissing, free_port, home, running, unprivileged, wait_until

# The admin needs no password, everybody else theirs.
POSTGRES_ACCESS = """\
host all postgres 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
"""
POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",  # row estimates are those of the test's own ANALYZE
    "timezone": "UTC",
}
MARIADB_SETTINGS = {
    "bind-address": "127.0.0.1",
    "skip-name-resolve": "ON",
    "character-set-server": "utf8mb4",
    "default-time-zone": "+00:00",
    "innodb-buffer-pool-size": "64M",
    "innodb-flush-log-at-trx-commit": "0",
}
# A certificate that signs itself and is its own authority.
CERTIFICATE = """\
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = gluepot test server
[extensions]
subjectAltName = DNS:localhost, IP:127.0.0.1
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature, keyCertSign
subjectKeyIdentifier = hash
"""


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A running server, and its admin, who has no password."""

    engine: Literal["postgresql", "mysql"]
    host: str
    port: int
    admin: str
    certificate: Path | None = None  # with which it speaks TLS: also the authority to trust

    def url(self, database: str, *, user: str = "", password: str = "") -> str:
        """Return the address of a database, for the admin or a given user."""
        who = quote(user or self.admin, safe="") + (f":{quote(password, safe='')}" if password else "")
        return f"{self.engine}://{who}@{self.host}:{self.port}/{quote(database, safe='')}"

    def connect(self, database: str = "") -> Any:
        """Return a DB-API connection of the admin's that commits each statement."""
        if self.engine == "postgresql":
            import psycopg

            return psycopg.connect(host=self.host, port=self.port, user=self.admin, dbname=database or "postgres", autocommit=True)
        import pymysql

        return pymysql.connect(host=self.host, port=self.port, user=self.admin, database=database or None, autocommit=True)

    def execute(self, database: str, *statements: str) -> list[tuple[Any, ...]]:
        """Execute statements as the admin; return the rows of the last one."""
        with closing(self.connect(database)) as connection, closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []


@dataclass(frozen=True, slots=True)
class Database:
    """A database of its own in a server."""

    server: DatabaseServer
    name: str

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    def url_of(self, user: str, password: str = "") -> str:
        """Return the address for a user."""
        return self.server.url(self.name, user=user, password=password)

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """Execute statements as the admin; return the rows of the last one."""
        return self.server.execute(self.name, *statements)


@contextmanager
def fresh_database(server: DatabaseServer) -> Generator[Database]:
    """Make an empty database, and drop it in the end, whoever still uses it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    server.execute("", f"CREATE DATABASE {name}")
    try:
        yield Database(server, name)
    finally:
        if server.engine == "postgresql":
            server.execute("", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        else:
            users = server.execute("", f"SELECT id FROM information_schema.processlist WHERE db = '{name}'")
            server.execute("", *(f"KILL {number}" for (number,) in users), f"DROP DATABASE IF EXISTS {name}")


@contextmanager
def postgres(**settings: str) -> Generator[DatabaseServer]:
    """Run PostgreSQL, without TLS. Raises ServerMissing."""
    with home("postgres") as folder:
        programs = postgres_programs(folder)
        data = folder / "data"
        initial = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        _prepare(programs, folder, programs.find("initdb"), "-D", str(data), *initial)
        (data / "pg_hba.conf").write_text(POSTGRES_ACCESS)
        server = DatabaseServer("postgresql", "127.0.0.1", free_port(), "postgres")
        options = [option for name, value in (POSTGRES_SETTINGS | settings).items() for option in ("-c", f"{name}={value}")]
        command = [programs.find("postgres"), "-D", str(data), "-p", str(server.port), *options]
        # SIGINT: PostgreSQL waits for its clients at a SIGTERM.
        with running(command, folder, programs.environment(folder), stop=SIGINT, **unprivileged()) as process:
            wait_until(lambda: server.execute(""), process)
            yield server


@contextmanager
def mariadb(**settings: str) -> Generator[DatabaseServer]:
    """Run MariaDB, with TLS for who asks for it. Raises ServerMissing."""
    with home("mariadb") as folder:
        programs = mariadb_programs(folder)
        certificate = _make_certificate(programs, folder)
        places = ("--no-defaults", f"--basedir={programs.base}", f"--datadir={folder}/data")
        # Root with an empty password instead of the one whom only a Unix socket lets in.
        initial = ("--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
        _prepare(programs, folder, programs.find("mariadb-install-db"), *places, *initial)
        server = DatabaseServer("mysql", "127.0.0.1", free_port(), "root", certificate)
        own = {"port": str(server.port), "socket": f"{folder}/socket", "pid-file": f"{folder}/pid"}
        tls = {"ssl-cert": str(certificate), "ssl-key": f"{folder}/key.pem"}
        options = [f"--{name.replace('_', '-')}={value}" for name, value in (MARIADB_SETTINGS | own | tls | settings).items()]
        with running([programs.find("mariadbd"), *places, *options], folder, programs.environment(folder), **unprivileged()) as process:
            wait_until(lambda: server.execute(""), process)
            yield server


def _make_certificate(programs: Programs, folder: Path) -> Path:
    (folder / "certificate.cnf").write_text(CERTIFICATE)
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30")
    files = ("-config", "certificate.cnf", "-keyout", "key.pem", "-out", "certificate.pem")
    _prepare(programs, folder, "openssl", "req", *kind, *files)
    return folder / "certificate.pem"


def _prepare(programs: Programs, folder: Path, *command: str) -> None:
    """Run a program to its end as who will run the server. Raises ServerMissing, and RuntimeError with what it said."""
    environment = programs.environment(folder)
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, **unprivileged())
    except FileNotFoundError as error:
        raise ServerMissing(f"{command[0]} is missing: install {command[0]}", obtainable=False) from error
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(done.stdout + done.stderr).decode(errors='replace')[-2000:]}")
