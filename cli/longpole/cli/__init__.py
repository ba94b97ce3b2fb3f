"""Longpole cli."""
