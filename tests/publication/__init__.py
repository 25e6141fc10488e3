"""Tests of the snapshots: whole or not there, traced, readable in three forms."""
