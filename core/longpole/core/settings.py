"""Typed settings: one frozen model a component, built once at start and passed down.

Precedence: command-line argument > environment (`LONGPOLE_<SECTION>_<NAME>`) > settings file
(`longpole.toml`) > default. Nothing else in Longpole reads the environment.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.fields import FieldInfo

from longpole.core.errors import SettingsError

ENV_PREFIX = "LONGPOLE_"
DEFAULT_FILE = Path("longpole.toml")
MIN_HASH_KEY = 16


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoreSettings(_Section):
    """Where spans are kept."""

    url: str = Field(
        "chdb://data",
        description="`chdb://FOLDER` for the embedded engine, or "
        "`clickhouse://user:password@host:8123/database` for a server (`clickhouses://` for TLS).",
    )
    readers: int = Field(4, ge=1, le=64, description="Connections kept for queries.")
    query_memory_mib: int = Field(
        4096, ge=64, description="Memory one query may use before it is refused."
    )
    query_seconds: int = Field(30, ge=1, description="Time one interactive query may take.")
    memory_mib: int = Field(
        3072,
        ge=512,
        description="Memory the embedded engine may use in all; beyond it a query is refused, and "
        "what is to be stored is tried again in smaller parts.",
    )
    background_threads: int = Field(
        4, ge=2, le=64, description="Merge threads of the embedded engine."
    )


class IngestSettings(_Section):
    """The OTLP service."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    http_port: int = Field(4318, ge=0, le=65535, description="OTLP over HTTP.")
    grpc_port: int = Field(4317, ge=0, le=65535, description="OTLP over gRPC.")
    tls_cert: str | None = Field(
        None, description="PEM file of the certificate chain; with it both ports speak TLS only."
    )
    tls_key: str | None = Field(None, description="PEM file of the certificate's key.")
    tls_client_ca: str | None = Field(
        None, description="PEM file of authorities; senders must show a certificate of one of them."
    )
    max_body_mib: int = Field(
        32, ge=1, le=1024, description="Largest request body, also after decompression."
    )
    max_reading_mib: int = Field(
        256, ge=1, description="Bodies in memory at once before senders are told to retry."
    )
    max_connections: int = Field(
        1000, ge=1, description="HTTP connections at once; beyond, requests get 503."
    )
    max_items: int = Field(
        100_000,
        ge=1,
        le=10_000_000,
        description="Spans, log records or data points in one request before it is refused.",
    )
    max_waiting_mib: int = Field(
        8192, ge=1, description="Bytes in the spool before senders are told to retry."
    )
    min_free_mib: int = Field(
        512, ge=0, description="Free disk that the spool leaves; below, senders are told to retry."
    )
    max_dead_mib: int = Field(
        1024, ge=1, description="Kept of requests that the store refused; the newest."
    )
    repeat_window_s: float = Field(
        600.0,
        ge=0,
        le=86_400,
        description="How long a body is remembered: the same bytes again are a retry and are not "
        "stored twice. 0: never.",
    )
    spool: str | None = Field(
        None,
        description="Folder of accepted requests that are not stored yet; none: `spool` in the "
        "folder of the embedded store, else in `data`.",
    )
    batch_mib: int = Field(32, ge=1, description="Bytes in one insert at most.")
    flush_ms: int = Field(
        250, ge=0, le=10_000, description="How long a small amount waits for company."
    )
    api_key: str | None = Field(
        None,
        description="A key that exporters may send (`x-longpole-key` or bearer) for any project, "
        "besides those of `longpole keys`; without any key the service is open.",
    )
    allow_open: bool = Field(False, description="Allow listening beyond loopback without a key.")
    keys_refresh_s: float = Field(
        5.0, gt=0, le=3600, description="How soon a key that is made or revoked, or a limit, holds."
    )
    max_attributes: int = Field(
        1000, ge=1, description="Attributes kept of one span, event, log record or data point."
    )
    max_value_kib: int = Field(
        1024,
        ge=1,
        description="Size of one text or bytes value; what is longer is cut, with a mark.",
    )


class PrivacySettings(_Section):
    """What is taken out of telemetry before anything of it is written to disk."""

    mask_secrets: bool = Field(
        True, description="Hide API keys, passwords and tokens; see [privacy](privacy.md)."
    )
    content: Annotated[str, BeforeValidator(str)] = Field(
        "on",
        pattern=r"^(on|off|[1-9][0-9]{0,8})$",
        description="Prompts, answers, tool arguments and log bodies: `on` (kept), `off` (removed, "
        "their length is kept), or the number of characters kept of each.",
    )
    content_hashes: bool = Field(
        True,
        description="Where content is removed or cut, keep keyed hashes of it; see "
        "[privacy](privacy.md).",
    )
    drop_attributes: tuple[str, ...] = Field(
        (), description="Attribute keys (`*` stands for anything) that are removed."
    )
    mask_patterns: tuple[str, ...] = Field(
        (),
        json_schema_extra={"separator": "\n"},
        description="RE2 expressions; what matches becomes `[redacted]`. In the variable, one a "
        "line.",
    )
    hash_key: str | None = Field(
        None,
        description="Key of the HMAC-SHA256 for `privacy.hash_attributes` and of content hashes; "
        "none: content is hashed with a key that each ingest process makes for itself.",
    )
    hash_attributes: tuple[str, ...] = Field(
        (),
        description="Attribute keys (`*` stands for anything) whose value becomes a keyed hash, "
        "such as `user.id`.",
    )

    @field_validator("hash_attributes")
    @classmethod
    def _needs_key(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if value and len(info.data.get("hash_key") or "") < MIN_HASH_KEY:
            raise ValueError(f"it needs privacy.hash_key, {MIN_HASH_KEY} characters or more")
        return value


class JobsSettings(_Section):
    """Trace assembly, rollups, detectors."""

    assemble_every_s: float = Field(0.5, gt=0, description="Pause between assembly passes.")
    rollup_every_s: float = Field(5.0, gt=0, description="Pause between rollup passes.")
    detect_every_s: float = Field(15.0, gt=0, description="Pause between detector passes.")
    find_every_s: float = Field(
        300.0, gt=0, description="Pause between searches for what would make requests faster."
    )
    find_hours: float = Field(24.0, gt=0, description="Hours of traces that such a search reads.")
    find_spans: int = Field(
        300_000, ge=1_000, description="Spans that such a search reads at most: a fair sample."
    )
    retention_every_s: float = Field(
        3600.0, gt=0, description="Pause between removals of what is older than its project keeps."
    )
    assemble_spans: int = Field(
        200_000, ge=1_000, description="Spans assembled in one pass at most."
    )
    max_trace_spans: int = Field(
        200_000, ge=1_000, description="Spans of one trace that are analysed; the rest is flagged."
    )
    overlap_tolerance: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Overlap of siblings still read as one after the other, as a share of the "
        "parent; none: the smaller of 1 % and 2 ms.",
    )
    flow_content_kib: int = Field(
        256,
        ge=0,
        description="How much of each prompt, answer or result is searched for what one span "
        "passed to another; 0: none, and only ids that spans carry tell of it.",
    )
    outliving: Literal["auto", "clip", "detach"] = Field(
        "auto",
        description="A child that ends after its parent: `detach` leaves it off the path, `clip` "
        "cuts it, `auto` detaches it only in the same process.",
    )
    skew: Literal["none", "shift"] = Field(
        "shift", description="Whether clocks of different hosts are brought together."
    )
    streaming: bool = Field(
        False, description="Let a model call's successor start while the call still streams."
    )
    engine_models: tuple[str, ...] = Field(
        (),
        description="`service=model` for inference servers whose spans say no model and have no "
        "client's span above them.",
    )

    @field_validator("engine_models")
    @classmethod
    def _are_pairs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not all(part.strip() for part in one.partition("=")):
                raise ValueError(f"{one!r} is not service=model, such as vllm=llama-3.1-8b")
        return value


class PricesSettings(_Section):
    """What model calls cost; see docs/prices.md."""

    book: str | None = Field(
        None, description="TOML file of your own [prices](prices.md), which hold before all others."
    )
    litellm_file: str | None = Field(
        None,
        description="LiteLLM's price file in use, where `longpole prices refresh` puts it; none: "
        "`prices/litellm.json` in the folder of the embedded store, else in `data`.",
    )
    prefer: Literal["reported", "computed"] = Field(
        "reported",
        description="Which cost of a call holds where both are known: the one that was sent along, "
        "or the one that the price lists give.",
    )


class FieldRow(_Section):
    """One more place a canonical field may come from; it wins over those that Longpole knows."""

    field: str
    key: str
    origin: Literal["attribute", "resource", "json", "event", "name"] = "attribute"
    path: tuple[str, ...] = ()
    unit: Literal["s", "ms", "ns"] = "s"
    kinds: tuple[str, ...] = ()
    dialects: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.field} from {self.origin} {' > '.join((self.key, *self.path))}"


class KindRow(_Section):
    """A span attribute whose value tells the kind, before all that Longpole knows."""

    attribute: str
    values: dict[str, str]

    def __str__(self) -> str:
        return f"kind from {self.attribute}"


class NormalizeSettings(_Section):
    """Your own attributes; see docs/own-attributes.md. Only a settings file can hold them."""

    fields: tuple[FieldRow, ...] = Field(
        (),
        description="Tables `[[normalize.fields]]`: an attribute of your own that a "
        "[field](own-attributes.md) is read from.",
    )
    kinds: tuple[KindRow, ...] = Field(
        (),
        description="Tables `[[normalize.kinds]]`: an attribute of your own whose values tell the "
        "kind of a span.",
    )


class UiSettings(_Section):
    """The web UI and the JSON API."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8050, ge=0, le=65535, description="UI, API and metrics.")
    public_url: str | None = Field(
        None, description="Address people use, for links in messages; none: built from host, port."
    )
    allow_open: bool = Field(False, description="Allow listening beyond loopback without log-in.")


class AlertsSettings(_Section):
    """Who is told about findings."""

    webhooks: tuple[str, ...] = Field(
        (), description="URLs that get a POST with the finding as JSON, once per incident."
    )
    webhook_secret: str | None = Field(
        None, description="Key of the HMAC-SHA256 signature in `x-longpole-signature`."
    )
    timeout_s: float = Field(10.0, gt=0, description="Time a receiver has to answer.")


class Settings(_Section):
    """Every setting of the server."""

    store: StoreSettings = StoreSettings()
    ingest: IngestSettings = IngestSettings()
    privacy: PrivacySettings = PrivacySettings()
    jobs: JobsSettings = JobsSettings()
    prices: PricesSettings = PricesSettings()
    normalize: NormalizeSettings = NormalizeSettings()
    ui: UiSettings = UiSettings()
    alerts: AlertsSettings = AlertsSettings()


SECTIONS: dict[str, type[_Section]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type)
}
Values = dict[str, dict[str, Any]]


class Loaded(BaseModel):
    """Settings and, for each `section.name`, where the value came from."""

    model_config = ConfigDict(frozen=True)
    settings: Settings
    sources: dict[str, str]


def load(
    arguments: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Loaded:
    """Build the settings from all four sources.

    `arguments` maps `section.name` to a value; None values count as not given. A `file` that is
    named must exist; `longpole.toml` in the working directory is read if it is there.
    Raises SettingsError with one line.
    """
    merged: Values = {}
    sources: dict[str, str] = {}
    env = os.environ if environ is None else environ  # noqa: TID251 - the one place that may
    path = file or (Path(env["LONGPOLE_CONFIG"]) if env.get("LONGPOLE_CONFIG") else None)
    for label, values in (
        _from_file(path),
        ("environment", _from_env(env)),
        ("argument", _from_arguments(arguments or {})),
    ):
        for section, fields in values.items():
            merged.setdefault(section, {}).update(fields)
            sources.update({f"{section}.{name}": label for name in fields})
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        raise SettingsError(_explain(error, sources)) from None
    return Loaded(settings=settings, sources=sources)


def describe(loaded: Loaded) -> list[dict[str, str]]:
    """One row a setting: name, value, source, variable, meaning. Secrets are masked."""
    rows = []
    for section, model in SECTIONS.items():
        values = getattr(loaded.settings, section)
        for name, field in model.model_fields.items():
            key = f"{section}.{name}"
            rows.append(
                {
                    "setting": key,
                    "value": _shown(name, getattr(values, name)),
                    "source": loaded.sources.get(key, "default"),
                    "variable": f"{ENV_PREFIX}{section}_{name}".upper(),
                    "meaning": field.description or "",
                }
            )
    return rows


def _shown(name: str, value: object) -> str:
    if value is None or value == ():
        return "-"
    if name in {"api_key", "webhook_secret", "hash_key"}:
        return "********"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    scheme, at, host = str(value).rpartition("@")
    if name == "url" and at:
        user = scheme.rpartition(":")[0] if scheme.count(":") > 1 else scheme
        return f"{user}:********@{host}"
    return str(value)


def _from_file(path: Path | None) -> tuple[str, Values]:
    chosen = path or DEFAULT_FILE
    if path is None and not chosen.is_file():
        return "file", {}
    try:
        return f"file {chosen}", tomllib.loads(chosen.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"cannot read the settings file {chosen}: {error.strerror}; name another with --config"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {chosen} is not TOML: {error}") from None


def _from_env(environ: Mapping[str, str]) -> Values:
    values: Values = {}
    for section, model in SECTIONS.items():
        for name, field in model.model_fields.items():
            text = environ.get(f"{ENV_PREFIX}{section}_{name}".upper())
            if text is not None:
                values.setdefault(section, {})[name] = _from_text(field, text)
    return values


def _from_text(field: FieldInfo, text: str) -> object:
    if not str(field.annotation).startswith("tuple"):
        return text
    extra = field.json_schema_extra
    # An expression may have a comma in it.
    separator = str(extra.get("separator", ",")) if isinstance(extra, dict) else ","
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def _from_arguments(arguments: Mapping[str, Any]) -> Values:
    values: Values = {}
    for key, value in arguments.items():
        if value is not None:
            section, _, name = key.partition(".")
            values.setdefault(section, {})[name] = value
    return values


def _explain(error: ValidationError, sources: Mapping[str, str]) -> str:
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"][:2]))
    return (
        f"setting {key} from {sources.get(key, 'file')} is not usable: {first['msg']} "
        f"(got {first['input']!r}); `longpole config show` lists every setting"
    )
