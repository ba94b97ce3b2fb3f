"""Longpole ui: views."""
