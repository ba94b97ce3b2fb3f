"""The whole schema: numbered migrations plus the views generated from declarations."""

from __future__ import annotations

from longpole.core.otlp import decode_views
from longpole.core.semconv import log_views, spans_view, user_mapping
from longpole.core.settings import NormalizeSettings
from longpole.core.store import Generated, Store, migrate

NO_ROWS = NormalizeSettings()


def generated_views(normalize: NormalizeSettings = NO_ROWS) -> list[Generated]:
    """Views in the order in which they must be created. Raises SettingsError."""
    mapping = user_mapping(normalize)
    return [*decode_views(), spans_view(mapping=mapping), *log_views(mapping)]


def upgrade(
    store: Store, normalize: NormalizeSettings = NO_ROWS, replace_views: bool = True
) -> list[str]:
    """Bring a store up to date; returns what was applied. Raises SettingsError.

    Who does not ingest leaves views that are there as they are (`replace_views`): they hold the
    rows of the mapping that whoever ingests has in the settings.
    """
    return migrate(store, generated_views(normalize), replace_views)
