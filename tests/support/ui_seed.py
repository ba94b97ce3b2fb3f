"""A store full of realistic agent runs, written straight into the tables the UI reads.

Three workflows on two services. In the last tenth of the time a tool got three times slower and
one step answers at greater length with a new release: one latency and one cost finding say so.
All numbers come from one seed, so two calls give the same rows but for the clock. `hostile` seeds
names that try to break a page instead.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
from ui_seed_findings import findings, notifications

from longpole.core.store import Store

NS = 1_000_000_000
PRICES = {"gpt-4.1": (2e-6, 8e-6), "claude-sonnet-4": (3e-6, 15e-6), "gpt-4.1-mini": (4e-7, 1.6e-6)}
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """One call of a run: what it is and how long and large it usually is."""

    name: str
    kind: str
    agent: str
    model: str = ""
    seconds: float = 0.5
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True)
class Workflow:
    """One kind of run: a root and the calls below it, one after another."""

    root: str
    service: str
    agent: str
    steps: tuple[Step, ...]
    share: float


PLAN = Step("plan", "llm", "support-agent", "gpt-4.1", 1.6, 2_400, 180)
SEARCH = Step("search_docs", "tool", "support-agent", seconds=0.45)
ANSWER = Step("answer", "llm", "support-agent", "gpt-4.1", 3.2, 5_200, 420)
CLASSIFY = Step("classify", "llm", "router", "gpt-4.1-mini", 0.5, 600, 12)
LOOKUP = Step("lookup_order", "tool", "router", seconds=0.12)
READ = Step("read_page", "retriever", "researcher", seconds=0.8)
THINK = Step("reason", "llm", "researcher", "claude-sonnet-4", 4.0, 9_000, 650)
EMBED = Step("embed", "embedding", "researcher", "house-embedder", 0.08, 300, 0)
GUARD = Step("check_policy", "guardrail", "support-agent", seconds=0.09)

HOSTILE_NAME = '<script>alert(1)</script><img src=x onerror="alert(2)">'
HOSTILE = (
    Workflow(
        HOSTILE_NAME,
        "\u202eecivres\u202c \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
        "a" * 10_000,
        (
            Step("{{7*7}} ${alert(3)} </style><b>", "tool", "\U0001f600" * 300, seconds=3e-7),
            Step("x" * 10_000, "llm", "javascript:alert(4)", "m" * 3_000, 4e5, 10**13, 10**12),
            Step("", "", "", seconds=0.2),
        ),
        1.0,
    ),
)

WORKFLOWS = (
    Workflow("answer ticket", "support", "support-agent", (PLAN, SEARCH, GUARD, ANSWER), 0.5),
    Workflow("route ticket", "support", "router", (CLASSIFY, LOOKUP), 0.3),
    Workflow(
        "research brief", "research", "researcher", (EMBED, *(READ, THINK) * 8, READ), 0.2
    ),
)  # fmt: skip


def seed(
    store: Store,
    traces: int = 400,
    hours: float = 48,
    now_ns: int | None = None,
    number: int = 7,
    hostile: bool = False,
    project: str = "default",
) -> None:
    """Fill `traces`, `span_facts`, `path_sections`, `step_rollup_5m`, findings, notifications.

    Another project than `default` gets the same trace ids, services and incidents; its name is part
    of every other name.
    """
    now = now_ns or time.time_ns()
    rng = np.random.default_rng(number)
    first = 0
    for workflow in HOSTILE if hostile else _named_for(project):
        size = max(1, round(traces * workflow.share))
        _insert(store, _Runs(workflow, size, first, now, hours, rng), project)
        first += size
    store.command(ROLLUP)
    store.command(ROLLUP_REQUESTS)
    slow, normal = _examples(store, project)
    found = findings(now, hours, slow, normal).with_columns(Project=pl.lit(project))
    if project != "default":
        found = found.with_columns(Title=pl.format("{} {}", "Project", "Title"))
    if hostile:
        title = pl.lit(HOSTILE_NAME + "w" * 5_000)
        found = found.with_columns(Title=title, Reason=title, SuggestedLook=title, Step=title)
    store.insert("findings", found)
    store.insert("notifications", notifications(now).with_columns(Project=pl.lit(project)))


def _named_for(project: str) -> tuple[Workflow, ...]:
    if project == "default":
        return WORKFLOWS

    def step(one: Step) -> Step:
        return replace(one, name=f"{project} {one.name}", agent=f"{project} {one.agent}")

    return tuple(
        replace(
            flow,
            root=f"{project} {flow.root}",
            agent=f"{project} {flow.agent}",
            steps=tuple(step(one) for one in flow.steps),
        )
        for flow in WORKFLOWS
    )


def _examples(store: Store, project: str) -> tuple[list[str], list[str]]:
    order = """SELECT TraceId FROM traces FINAL
        WHERE Project = {project:String} AND endsWith(RootName, 'answer ticket')
        ORDER BY DurationNs"""
    found = [row["TraceId"] for row in store.rows(order, {"project": project})]
    middle = len(found) // 2
    return found[::-1][:3], found[middle : middle + 3]


def _insert(store: Store, runs: _Runs, project: str) -> None:
    spans = runs.spans()
    of = {"Project": pl.lit(project)}
    store.insert("span_facts", spans.with_columns(**of))
    store.insert("traces", runs.traces(spans).with_columns(**of))
    store.insert("path_sections", runs.sections().with_columns(**of))


class _Runs:
    """The runs of one workflow as matrices: a row a run, a column a call."""

    def __init__(
        self,
        workflow: Workflow,
        size: int,
        first: int,
        now: int,
        hours: float,
        rng: np.random.Generator,
    ) -> None:
        self.workflow, self.size, self.now = workflow, size, now
        span_ns = int(hours * 3600 * NS)
        self.start: Ints = np.sort(now - 30 * NS - rng.integers(0, span_ns, size))
        self.late = self.start > now - span_ns // 10
        self.trace_ids = [f"{first + i:032x}" for i in range(1, size + 1)]
        steps = workflow.steps
        typical = np.array([step.seconds for step in steps])
        seconds: Floats = typical * rng.lognormal(0, 0.35, (size, len(steps)))
        self.out: Ints = _matrix(rng, [step.tokens_out for step in steps], size)
        self.inp: Ints = _matrix(rng, [step.tokens_in for step in steps], size)
        for column, step in enumerate(steps):
            if step.name == "search_docs":
                seconds[self.late, column] *= 3
            if step.name == "answer":
                self.out[self.late, column] = self.out[self.late, column] * 8 // 5
        self.duration: Ints = (seconds * NS).astype(np.int64)
        self.gap: Ints = rng.integers(2_000_000, 40_000_000, (size, len(steps) + 1))
        ends = np.cumsum(self.duration + self.gap[:, :-1], axis=1)
        self.begin: Ints = self.start[:, None] + ends - self.duration
        self.total: Ints = ends[:, -1] + self.gap[:, -1]
        self.failed = rng.random(size) < 0.03

    def spans(self) -> pl.DataFrame:
        return pl.concat([self._root(), *(self._calls(i) for i in range(len(self.workflow.steps)))])

    def traces(self, spans: pl.DataFrame) -> pl.DataFrame:
        flow = self.workflow
        totals = spans.group_by("TraceId").agg(
            pl.col("InputTokens", "OutputTokens").sum().cast(pl.UInt64),
            pl.when(pl.col("CostUsd").is_not_null().any()).then(pl.col("CostUsd").sum()),
            (pl.col("Counted") & pl.col("CostUsd").is_null()).sum().alias("UnpricedCalls"),
            pl.col("IsError").sum().alias("ErrorSpans"),
            pl.col("Counted").sum().alias("ModelCalls"),
            (pl.col("Kind") == "tool").sum().alias("ToolCalls"),
            pl.len().alias("Spans"),
        )
        models = sorted({step.model for step in flow.steps if step.model})
        return (
            self._frame()
            .with_columns(
                DurationNs=pl.Series(self.total).cast(pl.UInt64),
                RootSpanId=pl.col("TraceId").str.slice(16),
                Agent=pl.lit(flow.agent),
                IsError=pl.Series(self.failed),
                Roots=pl.lit(1),
                TtftS=pl.Series(self.duration[:, 0] / NS * 0.4),
                Services=pl.lit([flow.service]),
                Agents=pl.lit(sorted({step.agent for step in flow.steps})),
                Steps=pl.lit([step.name for step in dict.fromkeys(flow.steps)]),
                Models=pl.lit(models, dtype=pl.List(pl.String)),
                SessionId=pl.format("s-{}", pl.int_range(pl.len()) // 4),
            )
            .join(totals, on="TraceId", maintain_order="left")
        )

    def sections(self) -> pl.DataFrame:
        """The path is the run itself: a gap of the root before each call and at the end."""
        steps = self.workflow.steps
        pieces: list[tuple[str, Ints, Ints, Step | None, str]] = []
        cursor: Ints = self.start
        for i, step in enumerate(steps):
            begin, end = self.begin[:, i], self.begin[:, i] + self.duration[:, i]
            pieces.append(("lead" if i == 0 else "between", cursor, begin, None, ""))
            pieces.append(("self", begin, end, step, self._suffix(i)))
            cursor = end
        pieces.append(("tail", cursor, self.start + self.total, None, ""))
        pieces.reverse()
        root = Step(self.workflow.root, "agent", self.workflow.agent)
        whats = [(piece[3] or root) for piece in pieces]
        ids = [[_span_id(t, piece[4]) for piece in pieces] for t in self.trace_ids]

        fixed = {
            "Phase": [piece[0] for piece in pieces],
            "Evidence": ["order" if piece[3] else "assumed" for piece in pieces],
            "Kind": [step.kind for step in whats],
            "Service": [self.workflow.service for _ in pieces],
            "Agent": [step.agent for step in whats],
            "Step": [step.name for step in whats],
            "Operation": ["chat" if step.kind == "llm" else step.kind for step in whats],
            "Model": [step.model for step in whats],
        }
        return self._frame().with_columns(
            pl.col("TraceId").str.slice(16).alias("RootSpanId"),
            pl.Series("DurationNs", self.total).cast(pl.UInt64),
            pl.Series("Sections.SpanId", ids),
            pl.Series("Sections.StartNs", np.stack([p[1] for p in pieces], 1).tolist()),
            pl.Series("Sections.EndNs", np.stack([p[2] for p in pieces], 1).tolist()),
            *(pl.lit(values).alias(f"Sections.{name}") for name, values in fixed.items()),
        )

    def _frame(self) -> pl.DataFrame:
        flow = self.workflow
        return pl.DataFrame({"TraceId": self.trace_ids}).with_columns(
            Project=pl.lit("default"),
            RootName=pl.lit(flow.root),
            Service=pl.lit(flow.service),
            Environment=pl.lit("production"),
            Release=pl.Series(np.where(self.late, "1.4.2", "1.4.1")),
            Start=_instants(self.start),
            Version=pl.lit(self.now, dtype=pl.UInt64),
        )

    def _root(self) -> pl.DataFrame:
        own = self.gap.sum(axis=1)
        return self._span("", self.start, self.total).with_columns(
            ParentSpanId=pl.lit(""),
            Agent=pl.lit(self.workflow.agent),
            Step=pl.lit(self.workflow.root),
            Kind=pl.lit("agent"),
            Operation=pl.lit("invoke_agent"),
            Name=pl.lit(f"invoke_agent {self.workflow.agent}"),
            SelfNs=pl.Series(own).cast(pl.UInt64),
            PathNs=pl.Series(own).cast(pl.UInt64),
            Depth=pl.lit(0),
            IsRoot=pl.lit(True),
            IsError=pl.Series(self.failed),
            **_usage(self.size),
        )

    def _calls(self, i: int) -> pl.DataFrame:
        step, took = self.workflow.steps[i], self.duration[:, i]
        fails = self.failed if i == len(self.workflow.steps) - 1 else np.zeros(self.size, bool)
        return self._span(self._suffix(i), self.begin[:, i], took).with_columns(
            ParentSpanId=pl.col("TraceId").str.slice(16),
            Agent=pl.lit(step.agent),
            Step=pl.lit(step.name),
            Kind=pl.lit(step.kind),
            Operation=pl.lit("chat" if step.kind == "llm" else step.kind),
            Name=pl.lit(f"chat {step.model}" if step.kind == "llm" else step.name),
            SelfNs=pl.Series(took).cast(pl.UInt64),
            PathNs=pl.Series(took).cast(pl.UInt64),
            Depth=pl.lit(1),
            IsRoot=pl.lit(False),
            IsError=pl.Series(fails),
            **_usage(self.size, step, self.inp[:, i], self.out[:, i], took),
        )

    def _span(self, suffix: str, start: Ints, took: Ints) -> pl.DataFrame:
        ids = [_span_id(trace, suffix) for trace in self.trace_ids]
        return self._frame().with_columns(
            SpanId=pl.Series(ids),
            Start=_instants(start),
            DurationNs=pl.Series(took).cast(pl.UInt64),
        )

    @staticmethod
    def _suffix(i: int) -> str:
        return f"{i + 1:02x}"


def _span_id(trace_id: str, suffix: str) -> str:
    """The root has the end of the trace id; a call puts its number in front."""
    return trace_id[16:] if not suffix else f"{suffix}{trace_id[18:]}"


def _usage(
    size: int,
    step: Step | None = None,
    inp: Ints | None = None,
    out: Ints | None = None,
    took: Ints | None = None,
) -> dict[str, pl.Series]:
    counted = step is not None and step.tokens_in > 0
    price = PRICES.get(step.model) if step else None
    none = np.full(size, None)
    cost = (
        inp * price[0] + out * price[1] if price and inp is not None and out is not None else none
    )
    ttft = took / NS * 0.4 if counted and took is not None and step and step.kind == "llm" else none
    return {
        "Model": pl.Series([step.model if step else ""] * size),
        "Provider": pl.Series(["openai" if step and step.model.startswith("gpt") else ""] * size),
        "InputTokens": pl.Series(inp if counted else none, dtype=pl.UInt64),
        "OutputTokens": pl.Series(out if counted else none, dtype=pl.UInt64),
        "CostUsd": pl.Series(cost, dtype=pl.Float64).cast(pl.Decimal(18, 9)),
        "TtftS": pl.Series(ttft, dtype=pl.Float64),
        "ToolName": pl.Series([step.name if step and step.kind == "tool" else ""] * size),
        "Counted": pl.Series([counted] * size),
        "UsageScope": pl.Series(["call" if counted else "none"] * size),
        "CostSource": pl.Series(["computed" if price else "none"] * size),
    }


def _matrix(rng: np.random.Generator, typical: list[int], size: int) -> Ints:
    noise = rng.lognormal(0, 0.25, (size, len(typical)))
    return (np.array(typical) * noise).astype(np.int64)


def _instants(ns: Ints) -> pl.Series:
    return pl.Series(ns).cast(pl.Datetime("ns", "UTC"))


_HIST = "sumMapIf(map(toInt16(floor(log(greatest({v}, 1)) / log(1.1))), toUInt64(1)), {v} > 0)"
ROLLUP = f"""
INSERT INTO step_rollup_5m (Project, Service, Agent, Step, Operation, Model, Kind, Bucket, Calls,
    Traces, Errors, ModelCalls, UnpricedCalls, InputTokens, OutputTokens, CostUsd, DurationNs,
    SelfNs, PathNs, DurationHist, PathHist, TtftHist, Version)
SELECT Project, Service, Agent, Step, Operation, Model, Kind,
    toStartOfFiveMinutes(toDateTime(Start)) AS Bucket,
    count(), uniqExact(TraceId), countIf(IsError), countIf(Counted),
    countIf(Counted AND CostUsd IS NULL), sum(ifNull(InputTokens, 0)), sum(ifNull(OutputTokens, 0)),
    toDecimal128(sum(ifNull(CostUsd, 0)), 9), sum(f.DurationNs), sum(f.SelfNs), sum(f.PathNs),
    {_HIST.format(v="f.DurationNs")}, {_HIST.format(v="f.PathNs")},
    {_HIST.format(v="ifNull(TtftS, 0) * 1e9")}, 1
FROM span_facts AS f FINAL
GROUP BY Project, Service, Agent, Step, Operation, Model, Kind, Bucket
"""
ROLLUP_REQUESTS = """
INSERT INTO step_rollup_5m (Project, Service, Operation, Kind, Bucket, Calls, Traces, Errors,
    DurationNs, Version)
SELECT Project, Service, 'request', 'request', toStartOfFiveMinutes(toDateTime(Start)) AS Bucket,
    count(), count(), countIf(IsError), sum(t.DurationNs), 1
FROM traces AS t FINAL
GROUP BY Project, Service, Bucket
"""
