"""Fitted numbers by stratum: looked up for every customer at once, and stored as rows.

A stratum with too few customers has no row of its own and takes the pooled one (-1).  What is
fitted is the model's business; this file only keeps and finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.payment_timing.contract import States
from ml.payment_timing.parameters import ParameterRow

POOLED = -1
LEAST_CUSTOMERS = 200  # fewer do not settle four hyper-parameters; they borrow the pooled ones
Fitted = Mapping[str, Sequence[float]]  # name of the parameter -> its value or values


@dataclass(frozen=True)
class ParameterTable:
    """Values of named parameters, one line per stratum; the first line is the pooled one."""

    columns: tuple[tuple[str, int], ...]  # (name, index), vectors as consecutive indices
    strata: tuple[int, ...]
    values: tuple[tuple[float, ...], ...]  # strata x columns

    def of(self, strata: np.ndarray) -> dict[str, np.ndarray]:
        """Every customer's parameters: name -> float64 (n, length of the parameter)."""
        own = np.asarray(self.strata)
        line = np.zeros(len(strata), dtype=np.intp)
        for position, stratum in enumerate(own[1:], start=1):
            line[strata == stratum] = position
        table = np.asarray(self.values)
        names = [name for name, _ in self.columns]
        return {
            name: table[:, [at for at, column in enumerate(names) if column == name]][line]
            for name in dict.fromkeys(names)
        }

    def to_rows(self, model: str) -> list[ParameterRow]:
        """The table as rows of (model, stratum, name, index, value)."""
        return [
            ParameterRow(model, stratum, name, index, value)
            for stratum, line in zip(self.strata, self.values, strict=True)
            for (name, index), value in zip(self.columns, line, strict=True)
        ]

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow], model: str) -> ParameterTable:
        """The table that `to_rows` wrote; rows of other models are passed over.

        Raises:
            ValueError: no row is the model's, or a stratum lacks a parameter.
        """
        own: dict[int, dict[tuple[str, int], float]] = {}
        for row in rows:
            if row.model == model:
                own.setdefault(int(row.stratum), {})[row.name, int(row.index)] = float(row.value)
        if POOLED not in own:
            raise ValueError(f"{model}: no rows of stratum {POOLED} among the parameters; refit it")
        columns = tuple(own[POOLED])
        for stratum, line in own.items():
            if set(line) != set(columns):
                lacking = sorted(set(columns) ^ set(line))
                raise ValueError(f"{model}: stratum {stratum} differs in {lacking}; refit it")
        strata = (POOLED, *sorted(own.keys() - {POOLED}))
        values = tuple(tuple(own[stratum][column] for column in columns) for stratum in strata)
        return cls(columns, strata, values)

    @classmethod
    def of_fits(cls, fits: Mapping[int, Fitted]) -> ParameterTable:
        """A table of fits by stratum, the pooled one among them."""
        pooled = fits[POOLED]
        columns = tuple((name, at) for name, values in pooled.items() for at in range(len(values)))
        strata = (POOLED, *sorted(fits.keys() - {POOLED}))
        lines = tuple(
            tuple(float(value) for name in pooled for value in fits[stratum][name])
            for stratum in strata
        )
        return cls(columns, strata, lines)


def strata_of(states: States) -> np.ndarray:
    """The stratum of every customer; pooled (-1) where the states name none."""
    count = len(next(iter(states.values())))
    return np.asarray(states.get("stratum", np.full(count, POOLED))).astype(np.int64)


def taken(states: States, rows: np.ndarray) -> dict[str, np.ndarray]:
    """The states of some customers; ``rows`` is a mask or positions."""
    return {name: np.asarray(values)[rows] for name, values in states.items()}


def sample_of(states: States, most: int, seed: int) -> dict[str, np.ndarray]:
    """At most ``most`` customers drawn without replacement, the same ones for the same seed."""
    count = len(next(iter(states.values())))
    if count <= most:
        return {name: np.asarray(values) for name, values in states.items()}
    rows = np.random.default_rng(seed).choice(count, most, replace=False)
    return taken(states, np.sort(rows))


def fitted_by_stratum(
    states: States, fit: Callable[[States], Fitted], is_informative: np.ndarray
) -> ParameterTable:
    """Fit the pool, then every stratum with enough customers who carry information.

    Args:
        states: of covered customers.
        fit: a fit on the states of one stratum.
        is_informative: bool (n,), customers that count towards ``LEAST_CUSTOMERS``.
    """
    fits: dict[int, Fitted] = {POOLED: fit(states)}
    strata = strata_of(states)
    names, counts = np.unique(strata[is_informative & (strata >= 0)], return_counts=True)
    for stratum in names[counts >= LEAST_CUSTOMERS]:
        is_alone = len(names) == 1 and bool((strata == stratum).all())
        fits[int(stratum)] = fits[POOLED] if is_alone else fit(taken(states, strata == stratum))
    return ParameterTable.of_fits(fits)
