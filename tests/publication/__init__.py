"""Tests of write, audit, publish."""
