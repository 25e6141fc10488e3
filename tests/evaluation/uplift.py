"""Figures of the uplift: what is recovered of simulated truth, and what is claimed of nothing."""

from __future__ import annotations

from functools import cache

import numpy as np

from ml.uplift import AVERAGE, RANDOM, FittedUplift, fit_uplift, pays
from tests.evaluation.rows import Inputs, Row, measured
from tests.ml.uplift.simulated import COST_YUAN, campaign

RUNS, SIZE = 10, 4000


@cache
def _runs(kind: str) -> list[tuple[FittedUplift, np.ndarray, np.ndarray, np.ndarray]]:
    """(fit, truth, uplift, deployed) of each simulated campaign."""
    found = []
    for seed in range(RUNS):
        data, truth = campaign(SIZE, kind, 100 + seed)
        fitted = fit_uplift(data)
        assert isinstance(fitted, FittedUplift), fitted
        uplifts = fitted.predict(data.features)
        found.append((fitted, truth, uplifts.uplift, pays(uplifts, data.value_yuan, COST_YUAN)))
    return found


def average_covered() -> tuple[float, bool]:
    """Share of campaigns, of all kinds, whose interval of the average holds the truth."""
    inside = [
        fitted.average.low <= truth.mean() <= fitted.average.high
        for kind in ("heterogeneous", "constant", "null")
        for fitted, truth, _, _ in _runs(kind)
    ]
    return float(np.mean(inside)), bool(np.mean(inside) >= 0.85)


def recovered() -> tuple[float, bool]:
    """Mean correlation of uplift and truth where a third of the customers moves."""
    found = [
        0.0 if fitted.model is None else float(np.corrcoef(uplift, truth)[0, 1])
        for fitted, truth, uplift, _ in _runs("heterogeneous")
    ]
    return float(np.mean(found)), bool(np.mean(found) >= 0.5)


def over_claimed() -> tuple[float, bool]:
    """Share of campaigns with one effect for all, or none, in which customers are told apart."""
    told = [
        fitted.learner != AVERAGE for kind in ("constant", "null") for fitted, *_ in _runs(kind)
    ]
    return float(np.mean(told)), bool(np.mean(told) <= 0.15)


def wrongly_deployed() -> tuple[float, bool]:
    """Mean share of customers contacted although no contact moves anybody."""
    shares = [float(deployed.mean()) for _, _, _, deployed in _runs("null")]
    return float(np.mean(shares)), bool(np.mean(shares) <= 0.1)


def random_covers_zero() -> tuple[float, bool]:
    """Share of random columns whose Qini's interval covers 0."""
    covered = [
        item.qini.low <= 0 <= item.qini.high
        for kind in ("heterogeneous", "constant", "null")
        for fitted, *_ in _runs(kind)
        for item in fitted.judged
        if item.learner == RANDOM and item.qini is not None
    ]
    return float(np.mean(covered)), bool(np.mean(covered) >= 0.85)


def rows(inputs: Inputs) -> list[Row]:
    """All figures; campaigns of 4,000 customers, 80 % of them contacted."""
    return [
        measured("uplift: average effect inside its 95 % interval", "95 % of 30", average_covered),
        measured("uplift: correlation with the truth", ">= 0.5", recovered),
        measured("uplift: told apart where all are alike", "<= 15 % of 20", over_claimed),
        measured("uplift: contacted where nobody moves", "<= 10 %", wrongly_deployed),
        measured("uplift: Qini of random numbers covers 0", "95 % of 30", random_covers_zero),
    ]
