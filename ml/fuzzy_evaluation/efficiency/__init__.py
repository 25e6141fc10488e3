"""Data envelopment analysis beside the fuzzy evaluation: what could be done with less."""
