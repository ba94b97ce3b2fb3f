"""What a receiver is sent: the finding as JSON, with links back."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from longpole.core.access import DEFAULT_PROJECT

FIELDS = (
    "Project", "Detector", "Area", "Severity", "State", "Service", "Agent", "Step", "Operation",
    "Model", "Metric", "Unit", "Direction", "Title", "Reason", "Onset", "DetectedAt", "Observed",
    "Expected", "ExpectedLow", "ExpectedHigh", "Score", "RelativeChange", "SizeMs",
    "SizeUsdPerDay", "Samples", "BaselineSamples", "AffectedTraces", "Attribution",
    "SuggestedLook",
)  # fmt: skip


def finding_url(public_url: str, incident_id: str, project: str = DEFAULT_PROJECT) -> str:
    """The page of a finding."""
    return f"{public_url.rstrip('/')}/findings/{incident_id}{_in(project)}"


def trace_url(public_url: str, trace_id: str, project: str = DEFAULT_PROJECT) -> str:
    """The page of a trace."""
    return f"{public_url.rstrip('/')}/traces/{trace_id}{_in(project)}"


def message(finding: Mapping[str, Any], public_url: str) -> dict[str, Any]:
    """The body of a notification; `text` is what chat receivers show."""
    project = finding["Project"]
    url = finding_url(public_url, finding["IncidentId"], project)
    return {
        "event": "finding.firing",
        "incident_id": finding["IncidentId"],
        "url": url,
        "text": f"{finding['Title']}\n{finding['Reason']}\n{url}",
        **{_snake(name): _plain(finding[name]) for name in FIELDS},
        "example_traces": _links(finding["ExampleTraces"], public_url, project),
        "normal_traces": _links(finding["NormalTraces"], public_url, project),
    }


def encode(body: Mapping[str, Any]) -> bytes:
    """JSON bytes, the same for the same message, so that a repeat has the same signature."""
    return json.dumps(body, sort_keys=True, allow_nan=False).encode()


def signature(secret: str, body: bytes) -> str:
    """The value of `x-longpole-signature`: HMAC-SHA256 of the body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _links(traces: list[str], public_url: str, project: str) -> list[dict[str, str]]:
    return [{"trace_id": trace, "url": trace_url(public_url, trace, project)} for trace in traces]


def _in(project: str) -> str:
    """The part of an address that names the project; the UI opens `default` without."""
    return "" if project == DEFAULT_PROJECT else f"?{urlencode({'project': project})}"


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value
