"""Decisions: what they write, and that they keep to what they declare."""
