"""A PostgreSQL server's TLS, for one that has none: takes it off and hands on what is within."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SSL_REQUEST = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")


@dataclass(frozen=True, slots=True)
class TlsProxy:
    """A running proxy."""

    port: int
    authority: Path  # PEM: who vouches for it


@contextmanager
def tls_proxy(port: int, folder: Path, host: str) -> Generator[TlsProxy]:
    """Stand before the PostgreSQL server on a port, with a certificate for a host."""
    authority, chain = _certificates(folder, host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                assert self.request.recv(8) == SSL_REQUEST
                self.request.sendall(b"S")
                with context.wrap_socket(self.request, server_side=True) as outer, socket.create_connection(("127.0.0.1", port)) as inner:
                    threading.Thread(target=_pump, args=(inner, outer), daemon=True).start()
                    _pump(outer, inner)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield TlsProxy(server.server_address[1], authority)
        server.shutdown()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def _certificates(folder: Path, host: str) -> tuple[Path, Path]:
    """Make an authority, and a certificate of its own for a host; return their files, the latter with its key."""
    ours, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of the tests")])
    now = datetime.datetime.now(datetime.UTC)
    base = (
        x509.CertificateBuilder()
        .issuer_name(root)
        .not_valid_before(now - datetime.timedelta(1))
        .not_valid_after(now + datetime.timedelta(1))
    )
    key_of_root = x509.AuthorityKeyIdentifier.from_issuer_public_key(ours.public_key())
    authority = (
        base.subject_name(root)
        .public_key(ours.public_key())
        .serial_number(1)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ours.public_key()), critical=False)
        .sign(ours, hashes.SHA256())
    )
    name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    server = (
        base.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))
        .public_key(theirs.public_key())
        .serial_number(2)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(key_of_root, critical=False)
        .sign(ours, hashes.SHA256())
    )
    key = theirs.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "authority.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(key + server.public_bytes(serialization.Encoding.PEM))
    return folder / "authority.pem", folder / "server.pem"
