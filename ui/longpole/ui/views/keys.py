"""API keys on the Settings page, and how to use one."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from longpole.core.access import ApiKey
from longpole.ui import formats, ids
from longpole.ui.views import parts
from longpole.ui.views.actions import act

STATE_TONES = {"active": "good", "expired": "warn", "revoked": "quiet"}
OPEN = (
    "No keys for this project. While there is no key at all, anybody who reaches the OTLP ports "
    "may send; from the first key on, requests without one are refused."
)
MASK = "YOUR_KEY"


def card(listed: Component) -> Component:
    """List, form, and the place where a new key shows."""
    note = "For sending. Only a hash is kept, so a key shows once."
    return parts.card("API keys", [_form(), _new_key(), listed], note)


def table(keys: Sequence[ApiKey], now_ns: int) -> Component:
    """Keys of the project."""
    if not keys:
        return html.P(OPEN, className="lp-dim")
    heads = ["Name", "Key", "Project", "Created", "Expires", "State", ""]
    return parts.table(heads, [_row(key, now_ns) for key in keys], "API keys")


def snippets(host: str, http_port: int, grpc_port: int) -> Component:
    """Environment variables and a collector's exporter, with the ports of this server."""
    header = f"OTEL_EXPORTER_OTLP_HEADERS=x-longpole-key={MASK}"
    http = (
        f"export OTEL_EXPORTER_OTLP_ENDPOINT=http://{host}:{http_port}\n"
        f"export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\nexport {header}"
    )
    grpc = (
        f"export OTEL_EXPORTER_OTLP_ENDPOINT=http://{host}:{grpc_port}\n"
        f"export OTEL_EXPORTER_OTLP_PROTOCOL=grpc\nexport {header}"
    )
    collector = (
        "exporters:\n  otlphttp/longpole:\n"
        f"    endpoint: http://{host}:{http_port}\n    headers:\n      x-longpole-key: {MASK}"
    )
    shown = {"OTLP over HTTP": http, "OTLP over gRPC": grpc, "OpenTelemetry Collector": collector}
    note = "Leave the header out while there are no keys."
    blocks = [_snippet(title, text) for title, text in shown.items()]
    return parts.card(
        "Point your application at it", html.Div(blocks, className="lp-snippets"), note
    )


def _row(key: ApiKey, now_ns: int) -> list[parts.Child]:
    state = key.state(now_ns)
    question = f"Revoke the key {key.name or key.key_id}? Whoever sends with it is refused."
    expires = formats.instant(key.expires_at_ns) if key.expires_at_ns else "never"
    revoke = act("Revoke", "keys", key.key_id, "revoke", question=question)
    return [
        parts.name(key.name),
        html.Code(f"lp_{key.key_id}_…"),
        parts.name(key.project),
        formats.instant(key.created_at_ns),
        expires,
        parts.badge(state, STATE_TONES[state]),
        None if state == "revoked" else revoke,
    ]


def _form() -> Component:
    fields = [
        dmc.TextInput(
            id=ids.KEY_NAME, label="Name", placeholder="who uses it", value="", size="xs"
        ),
        dmc.TextInput(
            id=ids.KEY_PROJECT, label="Project", placeholder="this one", value="", size="xs"
        ),
        dmc.NumberInput(
            id=ids.KEY_DAYS, label="Expires after", placeholder="never", value="", size="xs",
            suffix=" days", min=0, hideControls=True,
        ),
        dmc.Button("Create key", id=ids.KEY_CREATE, variant="default", n_clicks=0, size="xs"),
    ]  # fmt: skip
    return html.Form(fields, className="lp-keyform", **parts.labelled("New key"))


def _new_key() -> Component:
    return html.Div(
        [
            html.P("The new key. Copy it now: it is not shown again."),
            html.Div(
                [
                    html.Code(id=ids.KEY_TEXT, className="lp-code"),
                    dcc.Clipboard(
                        id=ids.KEY_COPY, className="lp-copy", title="Copy the key"
                    ),
                ],
                className="lp-newkey",
            ),
        ],
        id=ids.KEY_BOX,
        hidden=True,
        role="status",
    )  # fmt: skip


def _snippet(title: str, text: str) -> Component:
    copy = dcc.Clipboard(content=text, className="lp-copy", title=f"Copy: {title}")
    return html.Div(
        [html.Div([html.H3(title), copy], className="lp-cardhead"),
         html.Pre(html.Code(text), className="lp-code")]
    )  # fmt: skip
