"""Dagster's definitions by layer; decisions live in ``lib`` and are tested there."""
