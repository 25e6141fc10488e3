"""Tests of what lies between the models and the warehouse: fits, releases, tables."""
