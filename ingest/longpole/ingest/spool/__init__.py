"""Accepted requests that the store does not have yet, on disk, with their ledger."""

from longpole.ingest.spool.ledger import Line, Outcome
from longpole.ingest.spool.queue import Entry, Request, Spool, Taker, Waiting

__all__ = ["Entry", "Line", "Outcome", "Request", "Spool", "Taker", "Waiting"]
