"""Component ids, all in one place. The trace page prefixes its own with `trace-`."""

from __future__ import annotations

LOCATION = "_pages_location"  # Dash's own
URL = "url"
THEME = "theme"
TEMPLATES = "templates"
BURGER = "nav-burger"
SHELL = "shell"
TICK = "tick"
SLOW_TICK = "slow-tick"
STATE = "page-state"
SINCE = "since"
PROJECT = "page-project"
PROJECT_CHOICE = "project"
PROJECT_SHOWN = "project-shown"
BRAND = "brand"

OVERVIEW = "overview-body"

COSTS = "costs-body"

FINDINGS = "findings-body"
FINDING = "finding-body"
FINDING_ID = "finding-id"

GRID = "traces-grid"
HISTOGRAM = "traces-histogram"
SUMMARY = "traces-summary"
NEWEST = "traces-newest"
RANGE = "traces-range"
CLEAR = "traces-clear"

SETTINGS_SAID = "settings-said"
SETTINGS_RELOAD = "settings-reload"
INGEST = "settings-ingest"
SEEN = "settings-seen"
CLAIMS = "settings-claims"
KEYS = "settings-keys"
KEY_NAME = "key-name"
KEY_PROJECT = "key-project"
KEY_DAYS = "key-days"
KEY_CREATE = "key-create"
KEY_BOX = "key-box"
KEY_TEXT = "key-text"
KEY_COPY = "key-copy"


def nav(path: str) -> str:
    """The link of the rail to a page."""
    return f"nav-{path.strip('/') or 'overview'}"


def facet(name: str) -> str:
    """The control of one filter of the Traces page."""
    return f"traces-filter-{name}"


def architecture(name: str) -> str:
    """A section or control of the Architecture page."""
    return f"architecture-{name}"
