"""The customer-level sums as the models see them: checked columns of float64.

Accepts an Arrow table, a pandas frame or a mapping of arrays. What is wrong with a column is said
here, with its name and the count of bad rows; a source that was not delivered is all null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Columns = dict[str, Floats]
PARTS = (  # (part, whole): a part never exceeds its whole
    ("matched_payments", "payments"),
    ("late_payments", "due_payments"),
    ("online_payments", "payments"),
    ("weekend_payments", "payments"),
    ("night_payments", "timed_payments"),
)


class BadColumnError(ValueError):
    """A column of sums that cannot be what its name says."""


def as_table(table: Any) -> pa.Table:
    """The input as an Arrow table."""
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pd.DataFrame):
        return pa.Table.from_pandas(table, preserve_index=False)
    if isinstance(table, Mapping):
        return pa.table(dict(table))
    raise BadColumnError(
        f"customers come as {type(table).__name__}; expected an Arrow table, a pandas frame "
        "or a mapping of columns"
    )


def read_columns(table: pa.Table, wanted: tuple[str, ...]) -> Columns:
    """The wanted columns that are there and not all null; nulls are NaN, checked to be sums."""
    columns: Columns = {}
    for name in wanted:
        if name not in table.column_names:
            continue
        column = table.column(name)
        if len(column) and column.null_count == len(column):
            continue
        columns[name] = _checked(name, column)
    for part, whole in PARTS:
        if part in columns and whole in columns:
            _check_part(part, columns[part], whole, columns[whole])
    return columns


def _checked(name: str, column: pa.ChunkedArray) -> Floats:
    """Floats of one column: null stays NaN; a delivered NaN, infinity or negative is refused."""
    delivered_nan = 0
    if pa.types.is_floating(column.type):
        values = column.to_numpy()
        delivered_nan = int(np.isnan(values).sum()) - column.null_count
    else:
        values = column.cast(pa.float64()).to_numpy()
    values = np.asarray(values, dtype=np.float64)
    bad = delivered_nan + int((np.isinf(values) | (values < 0)).sum())
    if bad:
        raise BadColumnError(
            f"column {name}: {bad} of {len(values)} values are NaN, infinite or negative; "
            "a sum or count is finite and >= 0, and unknown is null: correct the query"
        )
    return values


def _check_part(part: str, parts: Floats, whole: str, wholes: Floats) -> None:
    bad = int((parts > wholes).sum())
    if bad:
        raise BadColumnError(
            f"{part} exceeds {whole} in {bad} of {len(parts)} rows; it counts a part of them: "
            "correct the query"
        )
