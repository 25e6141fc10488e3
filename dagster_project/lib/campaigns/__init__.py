"""Campaigns of the platform: declared in YAML, planned, randomised, frozen, exported.

What a campaign achieved is measured elsewhere, from the landed tables alone.
"""
