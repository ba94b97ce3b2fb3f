"""Redaction and limits, applied to parsed requests before anything is stored."""

from longpole.ingest.privacy.hashing import own_key
from longpole.ingest.privacy.limiter import Limiter
from longpole.ingest.privacy.redactor import Redactor

__all__ = ["Limiter", "Redactor", "own_key"]
