"""The knowledge service, which is instrumented with OpenInference instead of OTel GenAI."""

from __future__ import annotations

from longpole.cli.demo.catalog import EMBEDDER, KNOWLEDGE, REWRITE_QUERY
from longpole.cli.demo.parts import Part, enclose, then
from longpole.cli.demo.planned import PlannedSpan, Run, Value

DOCUMENTS = 3


def knowledge_search(caller: str) -> Part:
    """A call over HTTP from another service: client span there, server span here."""
    served = enclose(
        "POST /search", KNOWLEDGE, _CHAIN,
        lambda run: {"http.request.method": "POST", "http.route": "/search"}, kind="server",
    )  # fmt: skip
    return enclose(
        "POST", caller, served,
        lambda run: {"http.request.method": "POST", "server.address": KNOWLEDGE}, kind="client",
        around_ms=6.0,
    )  # fmt: skip


def _span(name: str, kind: str, run: Run, at: int, seconds: float, **more: Value) -> PlannedSpan:
    end = at + run.nanoseconds(seconds, 0.25)
    return PlannedSpan(name, KNOWLEDGE, at, end, _common(kind, run) | more)


def _common(kind: str, run: Run) -> dict[str, Value]:
    return {
        "openinference.span.kind": kind, "input.value": run.topic,
        "session.id": run.session, "user.id": run.user,
    }  # fmt: skip


def _rewrite(run: Run, at: int) -> list[PlannedSpan]:
    model, out = REWRITE_QUERY.model, int(run.lognormal(REWRITE_QUERY.output_tokens, 0.2))
    facts: dict[str, Value] = {
        "llm.model_name": model.answered_by,
        "llm.provider": model.provider,
        "llm.token_count.prompt": int(run.lognormal(REWRITE_QUERY.input_tokens, 0.15)),
        "llm.token_count.completion": out,
    }
    return [_span("ChatCompletion", "LLM", run, at, model.ttft_s + out * model.token_s, **facts)]


def _embed(run: Run, at: int) -> list[PlannedSpan]:
    facts: dict[str, Value] = {
        "embedding.model_name": EMBEDDER.name,
        "llm.provider": EMBEDDER.provider,
        "llm.token_count.prompt": int(run.lognormal(14, 0.3)),
    }
    return [_span("CreateEmbeddings", "EMBEDDING", run, at, EMBEDDER.ttft_s, **facts)]


def _search(run: Run, at: int) -> list[PlannedSpan]:
    facts: dict[str, Value] = {}
    for rank in range(DOCUMENTS):
        facts[f"retrieval.documents.{rank}.document.id"] = f"kb-{run.rng.randrange(900):03d}"
        facts[f"retrieval.documents.{rank}.document.score"] = round(0.9 - rank * 0.1, 2)
    return [_span("search_articles", "RETRIEVER", run, at, 0.06, **facts)]


def _rerank(run: Run, at: int) -> list[PlannedSpan]:
    facts: dict[str, Value] = {"reranker.query": run.topic, "reranker.top_k": DOCUMENTS}
    return [_span("rerank_articles", "RERANKER", run, at, 0.12, **facts)]


_CHAIN = enclose(
    "find_articles", KNOWLEDGE, then(_rewrite, _embed, _search, _rerank),
    lambda run: _common("CHAIN", run),
)  # fmt: skip
