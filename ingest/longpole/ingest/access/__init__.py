"""Who may send, for which project, and how much."""

from longpole.ingest.access.exposure import check_exposure
from longpole.ingest.access.gate import Gate
from longpole.ingest.access.keyring import Keyring
from longpole.ingest.access.rate import RateLimiter
from longpole.ingest.access.sender import Sender

__all__ = ["Gate", "Keyring", "RateLimiter", "Sender", "check_exposure"]
