"""What the platform decides from its models: one module or folder a decision, and their registry.

Set-based SQL and calls of ``ml/`` belong here; statistics belong to ``ml/``, publication to dbt.
"""
