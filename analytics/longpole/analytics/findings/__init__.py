"""The life cycle of what detectors found."""

from longpole.analytics.findings.lifecycle import Policy, advance, fingerprint

__all__ = ["Policy", "advance", "fingerprint"]
