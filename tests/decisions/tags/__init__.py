"""Tests of customer tags."""
