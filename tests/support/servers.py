"""Real servers as ordinary child processes: free ports on loopback, a folder of their own, ended with the tests however those end."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

STARTING = 30  # seconds
ENDING = 15


class ServerMissing(Exception):
    """The server's program is not installed; the message says how to install it."""

    def __init__(self, message: str, *, obtainable: bool = True) -> None:
        super().__init__(message)
        self.obtainable = obtainable  # by what the tests bring or do themselves: CI must have it then


class Who(TypedDict, total=False):
    """Popen's words for the user who runs a server."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Running:
    """A server's process, and what it said."""

    process: subprocess.Popen[bytes]
    log: Path


def free_port() -> int:
    """Return a port that nobody listens on, below 22768: SeaweedFS takes the port 10,000 above each of its own too."""
    while True:
        port = random.randint(18_000, 22_000)
        if all(_is_free(one) for one in (port, port + 10_000)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def running(
    command: list[str], folder: Path, environment: Mapping[str, str], *, stop: signal.Signals = signal.SIGTERM, **who: Unpack[Who]
) -> Generator[Running]:
    """Run a server; `stop` ends it, also when this process is killed. `who`: see `unprivileged`."""
    log = folder / "log"
    with log.open("wb") as said:
        # A session of its own: Ctrl-C reaches the tests alone, whose fixtures still need the server to clean up.
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            text=False,
            start_new_session=True,
            **who,
        )
        guard = _guard(process.pid, stop)
        try:
            yield Running(process, log)
        finally:
            _end(guard, signal.SIGKILL)  # first: the server's number may be another process's soon
            _end(process, stop)


def _guard(pid: int, stop: signal.Signals) -> subprocess.Popen[bytes]:
    """Start what stops a process as soon as this one has ended: its end of the pipe closes then, by whatever death."""
    command = ["sh", "-c", f"read -r _; kill -{stop.value} {pid}"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _end(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    process.send_signal(stop)
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(ENDING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(ready: Callable[[], object], server: Running) -> None:
    """Call until nothing is raised. Raises RuntimeError with the server's log where it ends, or takes too long."""
    end = time.monotonic() + STARTING
    while True:
        try:
            ready()
        except Exception as error:
            if server.process.poll() is not None or time.monotonic() > end:
                said = server.log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{server.process.args!r} does not start: {error}\n{said}") from error
            time.sleep(0.05)
        else:
            return


# Servers that refuse to run as root


@contextmanager
def home(name: str) -> Generator[Path]:
    """Make a folder that belongs to who runs the server; it is removed in the end."""
    with tempfile.TemporaryDirectory(prefix=f"gluepot-{name}-", ignore_cleanup_errors=True) as folder:
        if user := unprivileged().get("user"):
            os.chown(folder, user, -1)
        yield Path(folder)


def unprivileged() -> Who:
    """Return how Popen starts a server: as this user, or as `nobody` where this is root."""
    if os.geteuid():
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def reachable(programs: Path, folder: Path) -> Path:
    """Return a folder of programs, or its copy in `folder` where `nobody` may not read it: below root's home, say."""
    if os.geteuid() or all(path.stat().st_mode & 1 for path in (programs, *programs.parents)):
        return programs
    return Path(shutil.copytree(programs, folder / "programs" / programs.name, symlinks=True))
