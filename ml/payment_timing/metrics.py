"""How good a forecast of the next payment day was: proper scores, calibration, sharpness."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.stats import kstest

from ml.payment_timing.calibration import interval, randomised_pit
from ml.payment_timing.windows import LEVELS, hits, whole_hits, widths, windows

SMALLEST = 1e-12  # a probability below this scores as this
RELIABILITY_DAYS = (7, 14, 28)
RESAMPLES = 1_000


class Interval(NamedTuple):
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


def likelihood(cumulative: np.ndarray, paid_in: np.ndarray) -> np.ndarray:
    """P(T = day), or S(H) where no payment came within the horizon; (n,)."""
    before, until = interval(cumulative, paid_in)
    return until - before


def log_scores(cumulative: np.ndarray, paid_in: np.ndarray) -> np.ndarray:
    """Ln of ``likelihood``, nats; the higher the better."""
    return np.log(np.maximum(likelihood(cumulative, paid_in), SMALLEST))


def threshold_weighted_crps(cumulative: np.ndarray, paid_in: np.ndarray) -> np.ndarray:
    """Sum over days 1..H of (F(t) - 1{T <= t})^2, days; the lower the better.

    Proper under censoring at the end of observation H. Source: Gneiting and Ranjan (2011).
    """
    day = np.where(np.isnan(paid_in), np.inf, paid_in)[:, None]
    came = day <= np.arange(1, cumulative.shape[1] + 1)
    return ((cumulative - came) ** 2).sum(axis=1)


def brier(cumulative: np.ndarray, paid_in: np.ndarray, day: int) -> np.ndarray:
    """(P(T <= day) - 1{T <= day})^2."""
    return (cumulative[:, day - 1] - (paid_in <= day)) ** 2


def pit_p_value(cumulative: np.ndarray, paid_in: np.ndarray, size: int = 10_000) -> float:
    """Kolmogorov-Smirnov p of the randomised PIT on at most ``size`` customers, evenly taken."""
    chosen = np.unique(np.linspace(0, len(paid_in) - 1, min(size, len(paid_in))).astype(np.int64))
    before, until = interval(cumulative[chosen], paid_in[chosen])
    return float(kstest(randomised_pit(before, until), "uniform").pvalue)


def reliability_gap(cumulative: np.ndarray, paid_in: np.ndarray, day: int, bins: int = 10) -> float:
    """Largest |mean P(T <= day) - share paid| over tenths of the forecast, weighted by size."""
    order = np.argsort(cumulative[:, day - 1], kind="stable")
    forecast, came = cumulative[order, day - 1], (paid_in <= day)[order]
    parts = np.array_split(np.arange(len(order)), bins)
    gaps = [abs(forecast[part].mean() - came[part].mean()) for part in parts if len(part)]
    sizes = [len(part) for part in parts if len(part)]
    return float(np.average(gaps, weights=sizes))


def summary(cumulative: np.ndarray, paid_in: np.ndarray) -> dict[str, float]:
    """Every metric of one model at one origin, by name."""
    found = {
        "log_score": float(log_scores(cumulative, paid_in).mean()),
        "crps_days": float(threshold_weighted_crps(cumulative, paid_in).mean()),
        "pit_ks_p": pit_p_value(cumulative, paid_in),
    }
    for day in RELIABILITY_DAYS:
        found[f"brier_{day}"] = float(brier(cumulative, paid_in, day).mean())
        found[f"reliability_gap_{day}"] = reliability_gap(cumulative, paid_in, day)
    for level, window in zip(LEVELS, windows(cumulative), strict=True):
        name = round(100 * level)
        found[f"coverage_{name}"] = float(hits(window, paid_in).mean())
        found[f"whole_coverage_{name}"] = float(whole_hits(window, paid_in).mean())
        found[f"mass_{name}"] = float(window.mass.mean())
        found[f"width_{name}_days"] = float(widths(window, cumulative.shape[1]).mean())
    return found


def paired_bootstrap(difference: np.ndarray, seed: int = 1, resamples: int = RESAMPLES) -> Interval:
    """Mean of per-customer differences with its 95 % percentile interval over customers.

    Above 5,000 customers, 5,000 groups of them are resampled, whose sums suffice.

    Raises:
        ValueError: no customers.
    """
    if not len(difference):
        raise ValueError("no differences to resample; expected at least one customer.")
    groups = min(len(difference), 5_000)
    place = np.arange(len(difference)) % groups
    sums, sizes = np.bincount(place, difference, groups), np.bincount(place, minlength=groups)
    count = _resampled(groups, seed, resamples)
    means = (count @ sums) / (count @ sizes)
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(difference.mean()), float(low), float(high))


@lru_cache(maxsize=2)
def _resampled(groups: int, seed: int, resamples: int) -> np.ndarray:
    """How often each resample holds each group, float64 (resamples, groups): 40 MB at most."""
    random = np.random.default_rng(seed)
    return random.multinomial(groups, np.full(groups, 1 / groups), size=resamples).astype(float)
