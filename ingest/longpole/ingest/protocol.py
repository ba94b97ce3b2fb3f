"""uvicorn's HTTP protocol with a clock and a bound on requests that do not get to the point.

uvicorn waits for ever for the end of a request line and headers; a sender that drips them, or sends
nothing, would hold a connection, and there is only so many.
"""

from __future__ import annotations

from asyncio import Transport
from asyncio.events import TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_S = 10.0
MAX_HEADER_BYTES = 64 << 10


class PatientOnlySoLong(HttpToolsProtocol):
    """Cuts a connection whose headers take more than HEADERS_S or MAX_HEADER_BYTES."""

    _deadline: TimerHandle | None = None
    _header_bytes = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Start the clock with the connection."""
        super().connection_made(transport)
        self._start_clock()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the headers are complete."""
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._start_clock()
        if self._deadline is not None:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._deadline is not None and self._header_bytes > MAX_HEADER_BYTES:
            self._cut()

    def on_headers_complete(self) -> None:
        """The request got to the point."""
        self._stop_clock()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._stop_clock()
        super().connection_lost(exc)

    def _start_clock(self) -> None:
        self._header_bytes = 0
        self._deadline = self.loop.call_later(HEADERS_S, self._cut)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _cut(self) -> None:
        self._stop_clock()
        if not self.transport.is_closing():
            self.transport.abort()
