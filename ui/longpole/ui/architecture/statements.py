"""The one builder of statements about many paths: fixed texts from files, no user input in them."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from longpole.core.errors import InputError
from longpole.core.store import load_sql

SPLITS = {
    "": "''",
    "release": "Release",
    "root": "RootName",
    "band": "Band",
    "environment": "Environment",
    "workflow": "Workflow",
    "variant": "Variant",
    "day": "toDate(Start)",
}
"""What a whole trace has one of, as an expression over a selected path."""

OF_PARTS = {"kind": "PartKind", "agent": "PartAgent", "service": "PartService"}
OF_SECTIONS = {"phase": "SectionPhase", "model": "SectionModel"}
COSTS = {
    "step": "OfService AS Service, OfAgent AS Agent, OfStep AS Step, OfKind AS Kind,",
    "kind": "OfKind AS Row,",
    "agent": "OfAgent AS Row,",
    "service": "OfService AS Row,",
    "model": "OfModel AS Row,",
}
BY = ("step", *OF_PARTS, *OF_SECTIONS, *(name for name in SPLITS if name))


@dataclass(frozen=True)
class Cut:
    """How a profile is cut: rows `by`, and columns `split`; `banded` where a band is selected."""

    by: str = "step"
    split: str = ""
    banded: bool = False

    def __post_init__(self) -> None:
        for what, value, known in (("by", self.by, BY), ("split", self.split, tuple(SPLITS)[1:])):
            if value not in known and not (what == "split" and value == ""):
                raise InputError(
                    f"{what} {value[:40]!r} is not known; use one of {', '.join(known)}"
                )


def profile(cut: Cut) -> str:
    """The rows of a profile."""
    if cut.by == "step":
        return _filled("path_profile_steps", cut)
    if cut.by in OF_PARTS:
        arrays = {"row": OF_PARTS[cut.by], "part": "PartName", "ns": "PartNs", "turns": "PartTurns"}
        return _filled("path_profile_parts", cut, **arrays)
    if cut.by in OF_SECTIONS:
        arrays = {
            "row": OF_SECTIONS[cut.by],
            "part": "SectionPart",
            "ns": "arrayMap((a, b) -> b - a, SectionStart, SectionEnd)",
            "turns": "arrayMap(a -> 1, SectionStart)",
        }
        return _filled("path_profile_parts", cut, **arrays)
    return _filled("path_profile_traces", cut, row=SPLITS[cut.by])


def totals(cut: Cut) -> str:
    """The number of traces of each column of a profile."""
    return _filled("path_totals", cut)


def costs(cut: Cut) -> str | None:
    """The money of each row; None where no span has such a row, as with phases."""
    if cut.by in SPLITS:
        return _filled("path_costs", cut, keys=f"toString({SPLITS[cut.by]}) AS Row,")
    return _filled("path_costs", cut, keys=COSTS[cut.by]) if cut.by in COSTS else None


def other(question: str, banded: bool) -> str:
    """`path_flame`, `path_variants`, `path_tail`, `path_tail_traces` or `path_agents`."""
    return _filled(question, Cut(banded=banded))


def every() -> dict[str, str]:
    """All statements there are, by a name; for tests and for the benchmark."""
    cuts = [
        Cut(by, split, banded) for by in BY for split in ("", "band") for banded in (False, True)
    ]
    made = {f"profile {cut.by} {cut.split} {cut.banded}": profile(cut) for cut in cuts}
    paid = {f"costs {cut.by} {cut.split} {cut.banded}": costs(cut) for cut in cuts}
    rest = {
        f"{question} {banded}": other(question, banded)
        for question in (
            "path_flame",
            "path_variants",
            "path_tail",
            "path_tail_traces",
            "path_agents",
        )
        for banded in (False, True)
    }
    return (
        made
        | {name: text for name, text in paid.items() if text}
        | rest
        | {"totals": totals(Cut())}
    )


def _filled(question: str, cut: Cut, **more: str) -> str:
    banded = cut.banded or "band" in (cut.by, cut.split)
    part = Template(load_sql("ui/path_banded" if banded else "ui/path_all"))
    selected = part.substitute(where=load_sql("ui/path_where"))
    split = SPLITS[cut.split]
    return Template(load_sql(f"ui/{question}")).safe_substitute(
        selected=selected, split=split, **more
    )
