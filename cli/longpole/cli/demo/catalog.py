"""The imagined company: its services and releases, the models and tools it uses, its users."""

from __future__ import annotations

from dataclasses import dataclass

from longpole.cli.demo.planned import SECOND, Run

HOUR = 3600 * SECOND

SUPPORT, RESEARCH, KNOWLEDGE = "support-desk", "research", "knowledge"
SERVICES = (SUPPORT, RESEARCH, KNOWLEDGE)
STABLE = {SUPPORT: "3.4.1", RESEARCH: "1.41.0", KNOWLEDGE: "0.9.2"}
NEW_RELEASE = "1.42.0"
# (hours before the anchor, share of runs on the new release of the research service)
ROLLOUT = ((20.0, 0.5), (18.0, 0.9))


@dataclass(frozen=True)
class Model:
    """A model and how it behaves: seconds to the first token and for each one after it."""

    name: str
    answered_by: str
    provider: str
    host: str
    ttft_s: float
    token_s: float


GPT_4O_MINI = Model(
    "gpt-4o-mini", "gpt-4o-mini-2024-07-18", "openai", "api.openai.com", 0.38, 0.0065
)
GPT_5_MINI = Model("gpt-5-mini", "gpt-5-mini-2025-08-07", "openai", "api.openai.com", 0.72, 0.0075)
CLAUDE = Model(
    "claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "anthropic", "api.anthropic.com", 0.95, 0.013
)
GEMINI = Model(
    "gemini-2.5-flash", "gemini-2.5-flash", "gcp.gemini", "generativelanguage.googleapis.com",
    0.42, 0.0048,
)  # fmt: skip
EMBEDDER = Model(
    "text-embedding-3-small", "text-embedding-3-small", "openai", "api.openai.com", 0.09, 0.0
)


@dataclass(frozen=True)
class Use:
    """One purpose a model is called for. Token counts are medians.

    `prompt` names a managed prompt; `cached` is the share of the input that the provider's prompt
    cache usually answers.
    """

    model: Model
    input_tokens: int
    output_tokens: int
    reasoning_tokens: int = 0
    cached: float = 0.0
    stream: bool = False
    prompt: str = ""


@dataclass(frozen=True)
class Tool:
    """A tool: its median seconds, its spread and how often it fails."""

    name: str
    seconds: float
    spread: float = 0.35
    error_rate: float = 0.004
    error: str = "upstream_error"


CLASSIFY = Use(GPT_4O_MINI, 640, 24)
REPLY = Use(GPT_5_MINI, 2300, 260, reasoning_tokens=96, cached=0.4, stream=True)
PLAN = Use(GEMINI, 1500, 170, reasoning_tokens=60)
READ_RESULTS = Use(GPT_5_MINI, 4200, 210, reasoning_tokens=80)
DRAFT_ANSWER = Use(CLAUDE, 5200, 420, stream=True, prompt="draft_answer")
REVIEW = Use(GPT_4O_MINI, 1700, 90)
REWRITE_QUERY = Use(GPT_4O_MINI, 210, 28)

WEB_SEARCH = Tool("web_search", 0.82, error_rate=0.008)
FETCH_PAGE = Tool("fetch_page", 0.55)
LOOKUP_CUSTOMER = Tool("lookup_customer", 0.16, 0.3)
ORDER_STATUS = Tool("order_status", 0.21, 0.3)
UPDATE_CRM = Tool("update_crm", 1.9, 0.4)

RATE_LIMITED = 0.018
"""Share of model calls that are answered with 429 and tried again."""
GIVES_UP = 0.12
"""Share of those that are refused a second time, which fails the run."""

USERS = tuple(f"user-{number:03d}" for number in range(1, 61))
SESSION_RUNS = 3
TOPICS = (
    "refund for a damaged parcel", "change of delivery address", "invoice with the wrong VAT rate",
    "heat pump subsidies in 2026", "battery recycling rules", "warranty of refurbished laptops",
    "shipping times to Norway", "competitor price comparison", "accessibility of the checkout",
    "double charge on a credit card", "carbon footprint of returns", "loyalty points that expired",
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A problem put into the workload on purpose; it lasts from `since` before the anchor on."""

    since_ns: int
    factor: float
    release: str | None = None

    def factor_at(self, run: Run, service: str, at_ns: int) -> float:
        """By how much the planted quantity is multiplied at a time; 1 where nothing is wrong."""
        begun = at_ns >= run.anchor_ns - self.since_ns
        concerned = self.release is None or run.releases[service] == self.release
        return self.factor if begun and concerned else 1.0


SLOW_SEARCH = Planted(since_ns=35 * 60 * SECOND, factor=3.0, release=NEW_RELEASE)
"""`web_search` takes three times as long, on the new release only."""
GROWN_CONTEXT = Planted(since_ns=5 * HOUR, factor=1.8)
"""The prompt of the writer's `draft_answer` takes 1.8 times the tokens: prompt version 13."""
