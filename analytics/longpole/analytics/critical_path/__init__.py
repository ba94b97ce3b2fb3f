"""Longpole analytics: critical path."""
