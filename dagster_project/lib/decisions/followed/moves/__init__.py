"""Moves that guidance predicted against moves made: in campaigns, and in its weekly rounds."""
