"""Why a request is refused, with the status each transport answers."""

from __future__ import annotations

from longpole.core.errors import LongpoleError


class RefusedError(LongpoleError):
    """A request is refused; nothing of it was stored.

    `retry_after_s` is None unless the same request may succeed later.
    """

    http_status = 400
    grpc_status = "INVALID_ARGUMENT"
    reason = "malformed"
    retry_after_s: int | None = None
    project = ""  # of the sender, once it is known


class SlowError(RefusedError):
    """The body comes too slowly; its connection is needed for others."""

    http_status = 408
    grpc_status = "DEADLINE_EXCEEDED"
    reason = "slow"
    retry_after_s: int | None = None


class TooLargeError(RefusedError):
    """The body is over the limit."""

    http_status = 413
    grpc_status = "RESOURCE_EXHAUSTED"
    reason = "too_large"


class UnsupportedError(RefusedError):
    """The content type or encoding is not one of OTLP's."""

    http_status = 415
    grpc_status = "INVALID_ARGUMENT"
    reason = "unsupported"


class FailedError(RefusedError):
    """Something went wrong that nobody thought of; nothing of the request was taken."""

    http_status = 500
    grpc_status = "INTERNAL"
    reason = "failed"


class UnauthenticatedError(RefusedError):
    """The key is missing or wrong."""

    http_status = 401
    grpc_status = "UNAUTHENTICATED"
    reason = "unauthenticated"


class ForbiddenError(RefusedError):
    """The key is right, and may not do this."""

    http_status = 403
    grpc_status = "PERMISSION_DENIED"
    reason = "forbidden"


class RateLimitedError(RefusedError):
    """The project sends more than it may: the sender should slow down and retry."""

    http_status = 429
    grpc_status = "RESOURCE_EXHAUSTED"
    reason = "rate_limited"

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BusyError(RefusedError):
    """Too much is waiting for the store, or the store is away: the sender should retry."""

    http_status = 503
    grpc_status = "UNAVAILABLE"
    reason = "busy"
    retry_after_s = 2


def too_many_parts(limit: int) -> TooLargeError:
    """The error for a request of more messages, or JSON objects and lists, than `limit`."""
    return TooLargeError(
        f"the request is made of more than {limit} parts (attributes, values, items); send "
        "smaller batches or raise ingest.max_items"
    )


def too_many_items(items: str, count: int, limit: int) -> TooLargeError:
    """The error for a request of more spans, log records or data points than `limit`."""
    return TooLargeError(
        f"the request has {count} {items}, more than {limit}; send smaller batches or raise "
        "ingest.max_items"
    )
