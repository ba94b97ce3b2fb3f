"""The whole schema: numbered migrations plus the views generated from declarations."""

from __future__ import annotations

from longpole.core.otlp import decode_views
from longpole.core.semconv import log_views, spans_view
from longpole.core.store import Generated, Store, migrate


def generated_views() -> list[Generated]:
    """Views in the order in which they must be created."""
    return [*decode_views(), spans_view(), *log_views()]


def upgrade(store: Store) -> list[str]:
    """Bring a store up to date; returns what was applied."""
    return migrate(store, generated_views())
