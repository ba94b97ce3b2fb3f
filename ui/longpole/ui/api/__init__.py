"""Longpole ui: api."""
