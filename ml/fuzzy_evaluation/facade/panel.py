"""The rows to evaluate (units x periods) with their values, standards and memberships.

Decides what is left out: indicators that are not delivered, units on too few payments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.fuzzy_evaluation.arrays import Array, Bools
from ml.fuzzy_evaluation.declaration.types import Declaration
from ml.fuzzy_evaluation.facade.frames import column_values, survey_counts, wide_frame
from ml.fuzzy_evaluation.membership import LEAST_POOLED, Scale, declared_scale, pooled_scale
from ml.fuzzy_evaluation.survey import answer_shares
from ml.fuzzy_evaluation.wording import (
    Said,
    constant,
    few_values,
    nobody_has,
    not_delivered,
    too_few,
)

POOLED_PERIODS = 24  # months whose values make the pooled quantiles


@dataclass(frozen=True)
class Panel:
    """Rows sorted by period and unit; arrays (rows, indicators[, grades])."""

    declaration: Declaration
    keys: pd.DataFrame
    values: Array
    counts: Array  # survey answers by evaluation grade; NaN for other indicators
    refused: tuple[Said | None, ...]
    scales: tuple[Scale | None, ...]  # None: survey, or dropped
    dropped: dict[int, Said]

    @property
    def in_use(self) -> Array:
        """1 for indicators that are graded, 0 for those dropped."""
        count = len(self.declaration.indicators)
        return np.array([0.0 if i in self.dropped else 1.0 for i in range(count)])

    @property
    def is_kept(self) -> Bools:
        """Rows that are evaluated."""
        return np.array([reason is None for reason in self.refused], dtype=bool)

    def memberships(self, moved: Array | None = None) -> Array:
        """(rows, indicators, grades); ``moved`` shifts each indicator's breakpoints."""
        result = answer_shares(self.counts)
        for i, scale in enumerate(self.scales):
            if scale is not None:
                used = scale if moved is None or moved[i] == 0 else scale.moved(float(moved[i]))
                result[:, i] = used.memberships(self.values[:, i])
            elif i in self.dropped:
                result[:, i] = np.nan
        return result

    def without(self, unit: str) -> Panel:
        """The panel as if the unit did not exist: quantiles of the others alone."""
        stays = (self.keys["unit"] != unit).to_numpy()
        return _scaled(
            self.declaration, self.keys[stays].reset_index(drop=True), self.values[stays],
            self.counts[stays], tuple(r for r, s in zip(self.refused, stays, strict=True) if s),
        )  # fmt: skip


def build_panel(
    units: pd.DataFrame, declaration: Declaration, survey: pd.DataFrame | None
) -> Panel:
    """Check the frames and grade every row that rests on enough payments.

    Raises:
        ValueError: see ``frames``; or the declared minimum's column is absent.
    """
    frame = wide_frame(units)
    grades, indicators = len(declaration.grades), declaration.indicators
    values = np.full((len(frame), len(indicators)), np.nan)
    counts = np.full((len(frame), len(indicators), grades), np.nan)
    for i, indicator in enumerate(indicators):
        if indicator.question is None:
            values[:, i] = column_values(frame, str(indicator.column))
        else:
            counts[:, i], values[:, i] = survey_counts(frame, survey, indicator, declaration)
    return _scaled(
        declaration, frame[["unit", "period"]], values, counts, _thin(frame, declaration)
    )


def _scaled(
    declaration: Declaration, keys: pd.DataFrame, values: Array, counts: Array,
    refused: tuple[Said | None, ...],
) -> Panel:  # fmt: skip
    kept = np.array([reason is None for reason in refused], dtype=bool)
    latest = np.sort(keys["period"].unique())[-POOLED_PERIODS:]
    pool = kept & keys["period"].isin(latest).to_numpy()
    scales: list[Scale | None] = []
    dropped: dict[int, Said] = {}
    for i in range(len(declaration.indicators)):
        scale, gone = _scale(declaration, i, values[:, i], kept, pool)
        scales.append(scale)
        if gone is not None:
            dropped[i] = gone
    return Panel(declaration, keys, values, counts, refused, tuple(scales), dropped)


def _scale(
    declaration: Declaration, place: int, values: Array, kept: Bools, pool: Bools
) -> tuple[Scale | None, Said | None]:
    """The standard of one indicator (None for a survey), or why it is dropped."""
    indicator, grades = declaration.indicators[place], len(declaration.grades)
    if not np.isfinite(values).any():
        return None, not_delivered(indicator.name, indicator.source)
    if not np.isfinite(values[kept]).any():
        return None, nobody_has(indicator.name)
    if indicator.question is not None:
        return None, None
    if indicator.breakpoints is not None:
        return declared_scale(indicator.breakpoints, indicator.is_higher_better, grades), None
    scale = pooled_scale(values[pool], indicator.is_higher_better, grades)
    if scale is not None:
        return scale, None
    count = int(np.isfinite(values[pool]).sum())
    if count < LEAST_POOLED:
        return None, few_values(indicator.name, count, LEAST_POOLED)
    return None, constant(indicator.name)


def _thin(frame: pd.DataFrame, declaration: Declaration) -> tuple[Said | None, ...]:
    minimum = declaration.minimum
    if minimum is None:
        return (None,) * len(frame)
    if minimum.column not in frame:
        raise ValueError(
            f"column {minimum.column} is absent, but {declaration.code} declares a minimum of"
            f" {minimum.at_least:g} in it; deliver the column or remove the minimum"
        )
    return tuple(
        None if value >= minimum.at_least else too_few(minimum.column, value, minimum.at_least)
        for value in column_values(frame, minimum.column)
    )
