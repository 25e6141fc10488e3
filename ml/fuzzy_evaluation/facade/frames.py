"""The two frames that a caller hands in, checked and brought into arrays.

Wide or long indicators per unit and period, and survey answers per unit, period and question.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.fuzzy_evaluation.arrays import Array
from ml.fuzzy_evaluation.declaration.types import Declaration, Indicator
from ml.fuzzy_evaluation.survey import graded_answers

KEY = ["unit", "period"]
SURVEY = ["unit", "period", "question", "grade", "answers"]


def wide_frame(units: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and period, sorted, so that the order of the rows changes nothing.

    A long frame has the columns unit, period, indicator and value.

    Raises:
        ValueError: a key column is absent or empty, or a unit occurs twice in a period.
    """
    _require(units, KEY, "indicators")
    if {"indicator", "value"} <= set(units.columns):
        _unique(units, [*KEY, "indicator"])
        units = units.pivot(index=KEY, columns="indicator", values="value").reset_index()
    _unique(units, KEY)
    return units.sort_values(["period", "unit"], kind="stable").reset_index(drop=True)


def column_values(frame: pd.DataFrame, column: str) -> Array:
    """Numbers of a column, NaN where empty; an absent column is all NaN.

    Raises:
        ValueError: an infinite value.
    """
    if column not in frame:
        return np.full(len(frame), np.nan)
    values = pd.to_numeric(frame[column]).to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        row = frame.iloc[int(np.isinf(values).argmax())]
        raise ValueError(
            f"{column} of {row['unit']} in {row['period']} is infinite: a number or an empty value"
            " expected; leave a rate without a denominator empty"
        )
    return values


def survey_counts(
    frame: pd.DataFrame, survey: pd.DataFrame | None, indicator: Indicator, of: Declaration
) -> tuple[Array, Array]:
    """Answers per evaluation grade (rows, grades) and the mean answered grade (rows,).

    NaN where a unit was not asked in a period.

    Raises:
        ValueError: an absent column, an unknown grade or a negative count.
    """
    empty = np.full((len(frame), len(of.grades)), np.nan)
    if survey is None:
        return empty, np.full(len(frame), np.nan)
    _require(survey, SURVEY, "survey")
    asked = survey[survey["question"] == indicator.question]
    if asked.empty:
        return empty, np.full(len(frame), np.nan)
    table = asked.pivot_table(index=KEY, columns="grade", values="answers", aggfunc="sum")
    rows = table.reindex(pd.MultiIndex.from_frame(frame[KEY])).to_numpy(dtype=np.float64)
    was_asked = np.nansum(rows, axis=1) > 0
    answered = table.columns.to_numpy(dtype=np.float64)
    known = np.nan_to_num(rows)
    counts = graded_answers(known, answered, of.answers, len(of.grades))
    means = known @ answered / np.where(was_asked, known.sum(axis=1), 1)
    return np.where(was_asked[:, None], counts, np.nan), np.where(was_asked, means, np.nan)


def _require(frame: pd.DataFrame, columns: list[str], what: str) -> None:
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        raise ValueError(f"{what}: columns {absent} expected, {list(frame.columns)} found")
    empty = [column for column in columns if frame[column].isna().any()]
    if empty:
        raise ValueError(f"{what}: empty values in {empty}; every row needs them")


def _unique(frame: pd.DataFrame, key: list[str]) -> None:
    twice = frame[frame.duplicated(key)]
    if len(twice):
        found = tuple(str(value) for value in twice.iloc[0][key])
        raise ValueError(f"{found} occurs twice: one row per {', '.join(key)} expected; sum first")
