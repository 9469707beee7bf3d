"""An HTTP proxy before a real server that makes chosen answers fail."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

FOR_EVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do with a request instead of, or before, answering it as the server does."""

    status: int = 0  # answer this; 0: as the server does
    code: str = ""  # of the error
    delay: float = 0.0  # seconds before the answer
    cut_after: int | None = None  # bytes of the body after which the connection breaks
    headers: tuple[tuple[str, str], ...] = ()


class FaultProxy:
    """Forwards requests, unless a fault is to be injected into them."""

    def __init__(self, target: str) -> None:
        self.requests: list[str] = []  # 'GET /bucket/key?query', in the order of arrival
        self.headers: list[dict[str, str]] = []  # of each, names in lower case
        self._faults: list[tuple[str, Fault, int]] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, urlsplit(target).netloc))
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def inject(self, fault: Fault, *, on: str, times: int = FOR_EVER) -> None:
        """Make the next `times` requests whose 'METHOD /path?query' contains `on` fail."""
        with self._lock:
            self._faults.append((on, fault, times))

    def fault_of(self, request: str, headers: Mapping[str, str]) -> Fault | None:
        """Note a request, and say what is to happen to it."""
        with self._lock:
            self.requests.append(request)
            self.headers.append({name.lower(): value for name, value in headers.items()})
            for place, (on, fault, times) in enumerate(self._faults):
                if on in request and times > 0:
                    self._faults[place] = (on, fault, times - 1)
                    return fault
        return None

    def wait(self, seconds: float) -> None:
        """Be slow, but not beyond the proxy's end."""
        self._stopped.wait(seconds)


def _handler(proxy: FaultProxy, target: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = proxy.fault_of(f"{self.command} {self.path}", dict(self.headers)) or Fault()
            proxy.wait(fault.delay) if fault.delay else None
            if fault.status:
                text = f"<Error><Code>{fault.code}</Code><Message>injected</Message></Error>".encode()
                self._answer(fault.status, {"Content-Type": "application/xml", **dict(fault.headers)}, text, fault)
            else:
                self._forward(body, fault)

        def _forward(self, body: bytes, fault: Fault) -> None:
            connection = http.client.HTTPConnection(target, timeout=30)
            try:
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                kept = {name: value for name, value in answer.getheaders() if name.lower() not in ("transfer-encoding", "connection")}
                self._answer(answer.status, kept | dict(fault.headers), answer.read(), fault)
            finally:
                connection.close()

        def _answer(self, status: int, headers: Mapping[str, str], body: bytes, fault: Fault) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if self.command == "HEAD" or name.lower() != "content-length":
                    self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: fault.cut_after])
            if fault.cut_after is not None:
                self.close_connection = True

        do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = _serve  # noqa: N815 - named by http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
            """Stay silent."""

    return Handler
