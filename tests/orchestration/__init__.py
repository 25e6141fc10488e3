"""Tests of the graph, and of the three ways in which it is used."""
