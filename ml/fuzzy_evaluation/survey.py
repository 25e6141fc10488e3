"""Survey answers as memberships: the share of each grade, and how uncertain the shares are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ml.fuzzy_evaluation.arrays import Array, shares

JEFFREYS = 0.5  # prior count per grade


def graded_answers(
    answers: Array, answered: Array, mapping: Mapping[int, int], grades: int
) -> Array:
    """Sum answers by evaluation grade.

    Args:
        answers: (rows, answered grades) counts.
        answered: (answered grades,) the grade that each column counts, such as 1 ... 5.
        mapping: answered grade -> position among the evaluation's grades.
        grades: number of evaluation grades.

    Raises:
        ValueError: a negative count, or an answered grade that the mapping does not know.
    """
    unknown = [int(a) for a in answered if int(a) not in mapping]
    if unknown:
        raise ValueError(f"answered grades {unknown}: one of {sorted(mapping)} expected; map them")
    if (answers < 0).any():
        raise ValueError(f"{answers.min():g} answers: counts of 0 or more expected")
    into = np.zeros((len(answered), grades))
    into[np.arange(len(answered)), [mapping[int(a)] for a in answered]] = 1
    return np.asarray(answers @ into, dtype=np.float64)


def answer_shares(counts: Array) -> Array:
    """Membership r = answers of a grade / all answers; rows without answers are NaN."""
    return shares(counts)


def draw_shares(counts: Array, draws: int, random: np.random.Generator) -> Array:
    """Draws of the shares from Dirichlet(counts + 1/2): (draws, rows, grades).

    Rows without answers stay NaN.  Weighted answers enter as effective counts (``effective``).
    """
    gamma = random.standard_gamma(np.nan_to_num(counts) + JEFFREYS, (draws, *counts.shape))
    was_asked = np.asarray(np.isfinite(counts)).all(axis=-1, keepdims=True)
    return np.where(was_asked, shares(gamma), np.nan)


def weighted_counts(grades: Array, weights: Array, answered: Array) -> Array:
    """Weighted answers per grade, scaled to the effective number of answers.

    Kish: n_eff = (sum w)^2 / sum w^2; the counts are n_eff times the weighted shares, so that
    their Dirichlet is as uncertain as the weighted sample.

    Args:
        grades: (answers,) given grades, NaN where none was given.
        weights: (answers,) sampling weights; NaN or 0 leaves the answer out.
        answered: the grades to count.
    """
    used = np.flatnonzero(np.isfinite(grades) & np.isfinite(weights) & (weights > 0))
    given, weight = grades[used], weights[used]
    if len(weight) == 0:
        return np.zeros(len(answered))
    sums = weight @ np.equal.outer(given, answered)
    effective = weight.sum() ** 2 / (weight**2).sum()
    return np.asarray(effective * sums / weight.sum(), dtype=np.float64)
