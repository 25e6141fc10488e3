"""The SQL that types a file's text columns and judges every row, generated from its declarations.

One pass over the text columns ``delivered`` (``line``, ``f0``, ``f1``, ...) gives the table
``checked``: the typed columns with customer numbers still in clear, ``problem``, the number of the
first rule that the row breaks (null: none), ``problem_value``, the text that broke it, and ``k0``,
``k1``, ..., what the row adds to each control total.
"""

from dagster_project.lib.deliveries.validation.quoting import literal

__all__ = ["literal"]
