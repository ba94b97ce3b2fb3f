"""An ASGI application on a port, in a thread of its own."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from longpole.core.errors import LongpoleError

KEEP_ALIVE_S = 30
BACKLOG = 512
STOP_S = 10


@dataclass(frozen=True)
class Tls:
    """PEM files of a server; `clients`: the authorities whose certificates clients must show."""

    certificate: Path
    key: Path
    clients: Path | None = None


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listening_socket(host: str, port: int, option: str) -> socket.socket:
    """Take a port; 0 takes a free one. Raises LongpoleError when it is not to be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as error:
        raise LongpoleError(
            f"port {port} on {host} cannot be used ({error.strerror}); "
            f"stop what listens there or choose another ({option})"
        ) from None
    return bound


class WebServer:
    """uvicorn with its own event loop, bound before it starts so that a taken port is one line."""

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        port: int,
        option: str,
        protocol: type[asyncio.Protocol] | None = None,
        connections: int | None = None,
        tls: Tls | None = None,
    ) -> None:
        """`protocol` reads HTTP instead of uvicorn's own; beyond `connections` requests get 503."""
        self._host, self._wanted, self._option = host, port, option
        config = uvicorn.Config(
            app,
            http=protocol or "auto",
            limit_concurrency=connections,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=STOP_S,
            ssl_certfile=str(tls.certificate) if tls else None,
            ssl_keyfile=str(tls.key) if tls else None,
            ssl_ca_certs=str(tls.clients) if tls and tls.clients else None,
            ssl_cert_reqs=ssl.CERT_REQUIRED if tls and tls.clients else ssl.CERT_NONE,
        )
        self._server = uvicorn.Server(config)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port bound, 0 before."""
        return int(self._socket.getsockname()[1]) if self._socket else 0

    def bind(self) -> None:
        """Take the port. Raises LongpoleError when it is not to be had."""
        self._socket = listening_socket(self._host, self._wanted, self._option)

    def start(self) -> None:
        """Serve in a thread until stop()."""
        if self._socket is None:
            self.bind()
        assert self._socket is not None
        sockets = [self._socket]
        # uvicorn installs signal handlers only in the main thread, which this is not.
        self._thread = threading.Thread(
            target=self._server.run, args=(sockets,), name=f"longpole-web-{self.port}"
        )
        self._thread.start()

    def stop(self) -> None:
        """Finish open requests, then stop."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        if self._socket is not None:
            self._socket.close()
