"""Tests of landing: real files, bad files, late files, killed runs."""
