"""Service decisions: follow-ups of complaints, small enterprises, prepayment offers.

Their rules are declared in ``dagster_project/declarations/service``; row work is SQL beside them.
"""
