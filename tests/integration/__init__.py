"""Whole runs, started as a user starts them."""
