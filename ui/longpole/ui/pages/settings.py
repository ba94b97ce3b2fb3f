"""Settings page: is it set up right?"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from longpole.core.web import is_loopback
from longpole.ui import ids, instance, queries, reconciliation, seen, state
from longpole.ui.accounts import accounts
from longpole.ui.pages.guard import guarded
from longpole.ui.views import accounting, keys, parts
from longpole.ui.views import reconciliation as reconciliation_views
from longpole.ui.views import seen as seen_views
from longpole.ui.wiring import connect

CLAIM_ROWS = 100
WILDCARDS = {"0.0.0.0", "::", ""}


def layout(**query: object) -> Component:
    """The frame; each part is filled by itself, so that a slow one holds up no other."""
    since = state.parse(query).since
    here = instance.current().settings.ingest
    return parts.page(
        "Settings",
        "Is it set up right, and did everything arrive?",
        dcc.Store(id=ids.STATE, data={"since": since}),
        dcc.Store(id=ids.SETTINGS_RELOAD, data=0),
        html.Div(id=ids.SETTINGS_SAID, role="alert", className="lp-said"),
        html.Div(_loading("the accounts"), id=ids.INGEST, className="lp-stack"),
        keys.card(html.Div(_loading("keys"), id=ids.KEYS)),
        keys.snippets(_host(here.host), here.http_port, here.grpc_port),
        html.Div(_loading("what arrived"), id=ids.SEEN, className="lp-stack"),
        html.Div(_loading("claims of usage"), id=ids.CLAIMS, className="lp-stack"),
    )


def register(app: Dash) -> None:
    """Fill the parts, refresh those that move, and send what buttons ask for."""
    reload = Input(ids.SETTINGS_RELOAD, "data")
    connect(
        app, Output(ids.INGEST, "children"), reload, Input(ids.TICK, "n_intervals")
    )(show_ingest)  # fmt: skip
    connect(
        app, Output(ids.KEYS, "children"), reload, Input(ids.SLOW_TICK, "n_intervals")
    )(show_keys)  # fmt: skip
    connect(app, Output(ids.SEEN, "children"), Input(ids.STATE, "data"))(show_seen)
    connect(app, Output(ids.CLAIMS, "children"), Input(ids.STATE, "data"))(show_claims)
    app.clientside_callback(
        ClientsideFunction("longpole_settings", "createKey"),
        Output(ids.KEY_BOX, "hidden"),
        Output(ids.KEY_TEXT, "children"),
        Output(ids.KEY_COPY, "content"),
        Input(ids.KEY_CREATE, "n_clicks"),
        *(State(name, "value") for name in (ids.KEY_NAME, ids.KEY_PROJECT, ids.KEY_DAYS)),
        prevent_initial_call=True,
    )


@guarded
async def show_ingest(_reload: int | None = None, _ticks: int | None = None) -> Component:
    """Accounts, spools and dead letters."""
    ledger, spools, letters = await asyncio.gather(
        queries.ledger(), queries.spools(), queries.dead_letters()
    )
    can_act = instance.current().dead_letters is not None
    return html.Div(
        [
            accounting.accounts_card(accounts(ledger)),
            accounting.spools_card(spools, _now_ms()),
            accounting.letters_card(letters, can_act),
        ],
        className="lp-stack",
    )


@guarded
async def show_keys(_reload: int | None = None, _ticks: int | None = None) -> Component:
    """The list of keys."""
    return keys.table(await queries.keys(), time.time_ns())


@guarded
async def show_seen(chosen: dict[str, Any]) -> Component:
    """What arrived in the time range of the page."""
    filters = state.parse(chosen)
    found = await seen.seen(filters.since)
    cards = seen_views.cards(found, filters.since, _now_ms())
    return html.Div(cards, className="lp-stack")


@guarded
async def show_claims(chosen: dict[str, Any]) -> Component:
    """What was claimed and what was counted in the time range of the page, by day."""
    since = state.parse(chosen).since
    rows = await reconciliation.claims_by_day(since, CLAIM_ROWS)
    return reconciliation_views.days_card(rows, since)


def _host(listening: str) -> str:
    """The name that an application elsewhere would use for this machine."""
    if listening in WILDCARDS:
        return instance.current().host
    return "localhost" if is_loopback(listening) else listening


def _loading(what: str) -> Component:
    return html.P(f"Loading {what} …", className="lp-dim lp-loading", role="status")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
