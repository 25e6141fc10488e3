"""Uplift of contacts between the warehouse and ``ml/uplift``: inputs, scoring, published words."""
