"""Telling people about findings."""

from longpole.analytics.alerts.message import finding_url, message, signature, trace_url
from longpole.analytics.alerts.webhook import Webhooks

__all__ = ["Webhooks", "finding_url", "message", "signature", "trace_url"]
