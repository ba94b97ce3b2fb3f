"""Longpole analytics: assembly."""
