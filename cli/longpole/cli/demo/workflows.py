"""The two kinds of request the company serves, written with the building blocks of `parts`."""

from __future__ import annotations

from longpole.cli.demo import catalog as c
from longpole.cli.demo.calls import chat, tool
from longpole.cli.demo.openinference import knowledge_search
from longpole.cli.demo.parts import Part, agent, detached, enclose, sometimes, step, then, together
from longpole.cli.demo.planned import Run, Value


def _request(path: str, service: str, inner: Part) -> Part:
    def attributes(run: Run) -> dict[str, Value]:
        return {
            "http.request.method": "POST", "http.route": path, "url.path": path,
            "user.id": run.user, "session.id": run.session,
        }  # fmt: skip

    return enclose(f"POST {path}", service, inner, attributes, kind="server", around_ms=4.0)


def _search(service: str) -> Part:
    return tool(service, c.WEB_SEARCH)


RESEARCH: Part = _request(
    "/research",
    c.RESEARCH,
    then(
        agent(c.RESEARCH, "planner", "gcp.gemini", chat(c.RESEARCH, c.PLAN)),
        agent(
            c.RESEARCH,
            "researcher",
            "openai",
            then(
                together(*[_search(c.RESEARCH)] * 4),
                chat(c.RESEARCH, c.READ_RESULTS),
                together(*[_search(c.RESEARCH)] * 3),
                sometimes(0.4, tool(c.RESEARCH, c.FETCH_PAGE)),
            ),
        ),
        agent(
            c.RESEARCH,
            "writer",
            "anthropic",
            step(c.RESEARCH, "draft_answer", chat(c.RESEARCH, c.DRAFT_ANSWER)),
        ),
        sometimes(0.5, agent(c.RESEARCH, "reviewer", "openai", chat(c.RESEARCH, c.REVIEW))),
    ),
)
"""Plan, search the web in two rounds of parallel calls, write, sometimes review."""

SUPPORT: Part = _request(
    "/tickets",
    c.SUPPORT,
    then(
        agent(c.SUPPORT, "triage", "openai", chat(c.SUPPORT, c.CLASSIFY)),
        agent(
            c.SUPPORT,
            "support",
            "openai",
            then(
                tool(c.SUPPORT, c.LOOKUP_CUSTOMER),
                tool(c.SUPPORT, c.ORDER_STATUS),
                knowledge_search(c.SUPPORT),
                step(c.SUPPORT, "compose_reply", chat(c.SUPPORT, c.REPLY)),
            ),
        ),
        detached(tool(c.SUPPORT, c.UPDATE_CRM)),
    ),
)
"""Classify, look things up one after the other, ask the knowledge service, reply; the CRM is
updated after the reply, which nobody waits for."""

MIX: tuple[tuple[float, Part], ...] = ((0.7, RESEARCH), (0.3, SUPPORT))
"""Share of requests and workflow."""
