"""From the warehouse's rows to the states that models read, and the checks that they are sound.

Strata become codes of declared names; the planned issue of the next bill moves to a working day
for those who are never billed on days off.  No statistics here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from ml.payment_timing.contract import (
    CALENDAR,
    CLOCK_LOG,
    CLOCK_SQUARE,
    DELAY_STATISTICS,
    GAP_STATISTICS,
    HOURS,
    LAST_GAP,
    PAY_DAYS,
    STANDING,
    States,
)  # fmt: skip
from ml.payment_timing.workdays import next_workday

COLUMNS = (
    *GAP_STATISTICS, *DELAY_STATISTICS, *PAY_DAYS, *STANDING, *CALENDAR, *HOURS, LAST_GAP,
)  # fmt: skip
MAY_BE_MISSING = {
    "days_since_first", "days_since_last", "last_amount_yuan", "open_bill_age",
    "open_bill_due_in", "next_bill_in", "cycle_days", "balance_yuan", "balance_age", LAST_GAP,
}  # fmt: skip
MAY_BE_NEGATIVE = {"gap_log_sum", "open_bill_due_in", "balance_yuan", "origin_day", "stratum"}
UNKNOWN_STRATUM = -1


def states_from_table(table: pa.Table, strata: Sequence[str]) -> dict[str, np.ndarray]:
    """States as float64 columns, strata as codes of ``strata``; unknown names become -1.

    Args:
        table: the rows of ``payment_timing_states.sql``.
        strata: declared names, whose order gives the codes.

    Raises:
        ValueError: a column is absent, or a number is impossible (see ``check_states``).
    """
    wanted = [name for name in COLUMNS if name not in ("stratum", "has_withholding")]
    missing = [name for name in wanted if name not in table.column_names]
    if missing:
        raise ValueError(f"states lack the columns {missing}; expected those of the states' SQL.")
    measured = [name for name in (CLOCK_LOG, CLOCK_SQUARE) if name in table.column_names]
    states = {name: _floats(table[name]) for name in (*wanted, *measured)}
    names = np.asarray(table["stratum_name"].to_pylist(), dtype=str)
    states["stratum"] = stratum_codes(names, strata)
    states["has_withholding"] = np.char.endswith(names, ".withholding").astype(np.float64)
    if "is_billed_on_weekends" in table.column_names:
        moves = _floats(table["is_billed_on_weekends"]) == 0
        states["next_bill_in"] = _on_workdays(states, moves)
    check_states(states)
    return states


def stratum_codes(names: np.ndarray, strata: Sequence[str]) -> np.ndarray:
    """Codes of names, an index into ``strata``; -1 for a name that is not declared."""
    code = {name: number for number, name in enumerate(strata)}
    found, place = np.unique(names, return_inverse=True)
    return np.array([code.get(str(name), UNKNOWN_STRATUM) for name in found], float)[place]


def outcomes(table: pa.Table) -> np.ndarray:
    """Days from the origin to the next payment day, NaN where none came within the horizon."""
    return _floats(table["next_paid_in"])


def joined(parts: Iterable[States]) -> dict[str, np.ndarray]:
    """States of several origins below one another."""
    parts = list(parts)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def rows(states: States, chosen: np.ndarray | slice) -> dict[str, np.ndarray]:
    """The states at an index, mask or slice."""
    return {name: values[chosen] for name, values in states.items()}


class ChosenRows(Mapping[str, np.ndarray]):
    """The states at positions; a column is copied when it is first read, for a model reads few."""

    def __init__(self, states: States, chosen: np.ndarray) -> None:
        self._states, self._chosen = states, chosen
        self._taken: dict[str, np.ndarray] = {}
        self._are_all = len(chosen) == count(states)

    def __getitem__(self, name: str) -> np.ndarray:
        if self._are_all:
            return self._states[name]
        if name not in self._taken:
            self._taken[name] = self._states[name][self._chosen]
        return self._taken[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)


def with_pooled(states: States, declared: int) -> dict[str, np.ndarray]:
    """States whose undeclared stratum (-1) is the pooled one, numbered after the declared ones."""
    stratum = states["stratum"]
    return {**states, "stratum": np.where(stratum < 0, declared, stratum)}


def count(states: States) -> int:
    """Number of customers."""
    return len(states["stratum"])


def check_states(states: States) -> None:
    """Raise ValueError naming the column and the value if a state is impossible."""
    length = count(states)
    for name in COLUMNS:
        if name not in states:
            raise ValueError(f"states lack {name!r}; expected every column of the contract.")
        values = states[name]
        if len(values) != length:
            raise ValueError(f"{name} has {len(values)} rows; expected {length} like stratum.")
        if np.isinf(values).any():
            raise ValueError(f"{name} holds infinity; expected finite numbers.")
        if name not in MAY_BE_MISSING and np.isnan(values).any():
            raise ValueError(
                f"{name} is NaN in a row; expected a number, 0 where nothing is known."
            )
        if name not in MAY_BE_NEGATIVE and (values < 0).any():
            raise ValueError(f"{name} is {np.nanmin(values)}; expected 0 or more.")
    if (states["next_bill_in"] < 1).any():
        raise ValueError("next_bill_in is below 1; expected the days to a bill still to come.")


def _floats(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)


def _on_workdays(states: States, moves: np.ndarray) -> np.ndarray:
    found = states["next_bill_in"].copy()
    chosen = moves & ~np.isnan(found)
    origin = states["origin_day"][chosen].astype(np.int64)
    planned = origin + found[chosen].astype(np.int64)
    found[chosen] = next_workday(planned) - origin
    return found
