"""Longpole core: semconv."""
