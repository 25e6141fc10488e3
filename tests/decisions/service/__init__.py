"""Tests of the decisions on service."""
