"""Longpole core: otlp."""
