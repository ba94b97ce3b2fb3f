"""What of a request can be stored: by looking at its bytes where that is enough, else by rules."""

from longpole.ingest.checks.checked import Checked
from longpole.ingest.checks.rules import check
from longpole.ingest.checks.split import names_project, split_by_project
from longpole.ingest.checks.take import from_json, max_parts, take, take_each
from longpole.ingest.wire.walk import warm_up

__all__ = [
    "Checked",
    "check",
    "from_json",
    "max_parts",
    "names_project",
    "split_by_project",
    "take",
    "take_each",
    "warm_up",
]
