"""Customer tags: declared in YAML, evaluated over all customers at once, their history kept.

Reading and checking declarations, the SQL that evaluates them and the books of changes belong here;
what a tag means stands in ``declarations/tags``.
"""
