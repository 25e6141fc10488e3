"""Campaigns from declaration to export."""
