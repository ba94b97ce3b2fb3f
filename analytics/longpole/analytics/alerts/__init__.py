"""Longpole analytics: alerts."""
