"""The rules of every signal, applied to a parsed request. Slow and sure; `take` avoids it."""

from __future__ import annotations

from google.protobuf.message import Message

from longpole.core.errors import InputError
from longpole.core.otlp import DEFAULT_PROJECT, frame_request
from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.checks.checked import Checked
from longpole.ingest.checks.logs import check_logs
from longpole.ingest.checks.metrics import check_metrics
from longpole.ingest.checks.traces import check_traces
from longpole.ingest.errors import too_many_items

_RULES = {
    Signal.TRACES: check_traces,
    Signal.LOGS: check_logs,
    Signal.METRICS: check_metrics,
}


def check(
    signal: Signal, request: Message, body: bytes | None, settings: IngestSettings
) -> Checked:
    """Take out what cannot be stored. `body`: the request's own bytes, None to write it anew.

    Alters `request`. Raises RefusedError (413) for more items than the settings allow.
    """
    result = _RULES[signal](request)
    seen = result.accepted + result.rejected.total()
    if seen > settings.max_items:
        raise too_many_items(signal.item.replace("_", " "), seen, settings.max_items)
    changed = result.changed or body is None or not _can_be_framed(body)
    if not result.accepted:
        kept = b""
    elif changed or body is None:
        kept = _written(request)
    else:
        kept = body
    return Checked(signal, kept, result.accepted, result.rejected, changed)


def _can_be_framed(body: bytes) -> bool:
    try:
        frame_request(body, DEFAULT_PROJECT)
        return True
    except InputError:
        # Written by rules that are newer than ours, or in an unusual way; both are allowed.
        return False


def _written(request: Message) -> bytes:
    request.DiscardUnknownFields()
    out: bytes = request.SerializeToString()
    return out
