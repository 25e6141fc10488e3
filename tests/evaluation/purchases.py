"""Purchases: published figures of the CDNOW log, and simulated truth of models C and D.

The published figures are of the sample of 2,357 customers, 39 weeks against the next 39: with it
BG/NBD has 0.786 and the naive rate 1.024, with all 23,570 customers 0.815 and 1.038.  Who is in the
sample is read from the file that the lifetimes package carries; models see calibration weeks only.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from ml.payment_timing.baselines import BetaGeometric
from ml.payment_timing.first_passage import InverseGaussianPassage
from ml.payment_timing.renewal import GammaRenewalLifetime, GammaRenewalMixture
from ml.payment_timing.renewal.fitting import fit_logs, log_errors, mean_gap
from ml.payment_timing.renewal.history import history_of
from tests.evaluation.rows import Inputs, Row, measured
from tests.ml.payment_timing.first_passage.top_ups import top_ups
from tests.ml.payment_timing.renewal.customers import renewals

FIRST_DAY = "1997-01-01"
WEEKS_39 = 273  # days; calibration ends on the 272nd day after the first, 1997-09-30
CALIBRATION_END = 272
# The inner split repeats the outer one at half its length, inside the calibration weeks.
INNER_END = 136
EXPECTATION_BAR = 0.754
Model = BetaGeometric | GammaRenewalMixture | GammaRenewalLifetime
CANDIDATES = ("BG/NBD", "MBG/NBD", "Pareto/NBD", "C, dropout", "C, lifetime")
SIMULATED = 4000


def rows(inputs: Inputs) -> list[Row]:
    """CDNOW rows, then the rows of simulated truth."""
    return [
        *_cdnow_rows(inputs.shared / "cdnow"),
        measured("C: parameters of simulated truth within 3 s.e.", "4 of 4", _renewal_truth),
        measured(
            "C: share with an event in 28 days, forecast - truth", "<= 0.02", _renewal_forecast
        ),
        measured("D: PIT mean, 4 000 simulated customers", "0.5 +- 0.014", lambda: _pit("mean")),
        measured("D: PIT sd", "0.289 +- 0.007", lambda: _pit("sd")),
        measured("D: 80 % window covers", "80 +- 1.9 %", lambda: _pit("cover")),
    ]


def _cdnow_rows(folder: Path) -> list[Row]:
    names = [
        ("CDNOW: C with k = 1, log likelihood of the sample", "-9582.1 +- 0.1"),
        ("CDNOW: BG/NBD, log likelihood of the sample", "-9582.4 +- 0.1"),
        ("CDNOW: Pareto/NBD (lifetime, k = 1), log likelihood", "-9595.0 +- 0.1"),
        ("CDNOW: holdout MAE, naive rate x/T", ""),
        *((f"CDNOW: holdout MAE, {name}", "") for name in CANDIDATES),
        ("CDNOW: candidate of least MAE on the inner split", ""),
        ("CDNOW: holdout MAE of that candidate", f"<= {EXPECTATION_BAR}"),
    ]
    if not folder.exists():
        return [Row(name, "data absent", bar, None, 0.0) for name, bar in names]
    sample = summary(folder)
    computes = [
        lambda: _near(GammaRenewalMixture.fit(sample, shapes=(1,)), sample, -9582.1),
        lambda: _near(BetaGeometric.fit(sample), sample, -9582.4),
        lambda: _near(GammaRenewalLifetime.fit(sample, shapes=(1,)), sample, -9595.0),
        lambda: (_naive(), None),
        *(lambda name=name: (_error(name, CALIBRATION_END), None) for name in CANDIDATES),
        lambda: (_chosen(), None),
        lambda: _held(_error(_chosen(), CALIBRATION_END)),
    ]
    return [
        measured(name, bar, compute)  # type: ignore[arg-type]
        for (name, bar), compute in zip(names, computes, strict=True)
    ]


def summary(folder: Path) -> dict[str, np.ndarray]:
    """States of the sample in weeks; shape 1 does not read the log gaps, which it lacks."""
    table = pd.read_csv(folder / "cdnow_sample_summary.csv")
    return {
        "payment_days": table["frequency"].to_numpy() + 1.0,
        "gap_log_sum": np.where(table["frequency"] > 0, -1e3, 0.0),
        "days_since_first": table["T"].to_numpy(),
        "days_since_last": (table["T"] - table["recency"]).to_numpy(),
    }


@cache
def sample_log() -> pd.DataFrame:
    """Purchase days of the sample: customer and days since FIRST_DAY, one row per day."""
    path = files("lifetimes") / "datasets" / "CDNOW_sample.txt"
    names = ["customer", "number", "date", "items", "dollars"]
    table = pd.read_csv(str(path), sep=r"\s+", header=None, names=names)
    day = pd.to_datetime(table["date"].astype(str)) - pd.Timestamp(FIRST_DAY)
    return table[["customer"]].assign(day=day.dt.days).drop_duplicates().sort_values(
        ["customer", "day"]
    )  # fmt: skip


def states_at(log: pd.DataFrame, origin: int) -> tuple[dict[str, np.ndarray], pd.Index]:
    """States in days as of the origin, and the customers they are of."""
    past = log[log["day"] <= origin]
    by_customer = past.groupby("customer")["day"]
    log_gaps = np.log(by_customer.diff()).groupby(past["customer"]).sum()
    first, last = by_customer.min(), by_customer.max()
    states = {
        "payment_days": by_customer.size().to_numpy(float),
        "gap_log_sum": log_gaps.to_numpy(),
        "days_since_first": (origin - first).to_numpy(float),
        "days_since_last": (origin - last).to_numpy(float),
    }
    return states, first.index


def counts_after(log: pd.DataFrame, customers: pd.Index, origin: int, days: int) -> np.ndarray:
    """Purchase days of every customer within the days after the origin."""
    later = log[(log["day"] > origin) & (log["day"] <= origin + days)]
    return later.groupby("customer").size().reindex(customers).fillna(0).to_numpy()


@cache
def _error(name: str, origin: int) -> float:
    """Mean absolute error of the expected count, as many days ahead as the log has before."""
    log = sample_log()
    days = WEEKS_39 if origin == CALIBRATION_END else CALIBRATION_END - INNER_END
    states, customers = states_at(log, origin)
    expected = _fit(name, states).expected_payments(states, days)
    return float(np.abs(expected - counts_after(log, customers, origin, days)).mean())


def _fit(name: str, states: dict[str, np.ndarray]) -> Model:
    if name == "BG/NBD":
        return BetaGeometric.fit(states)
    if name == "MBG/NBD":
        return GammaRenewalMixture.fit(states, shapes=(1,))
    if name == "Pareto/NBD":
        return GammaRenewalLifetime.fit(states, shapes=(1,))
    if name == "C, dropout":
        return GammaRenewalMixture.fit(states)
    return GammaRenewalLifetime.fit(states)


def _chosen() -> str:
    return min(CANDIDATES, key=lambda name: _error(name, INNER_END))


def _naive() -> float:
    states, customers = states_at(sample_log(), CALIBRATION_END)
    rate = (states["payment_days"] - 1) / states["days_since_first"]
    later = counts_after(sample_log(), customers, CALIBRATION_END, WEEKS_39)
    return float(np.abs(rate * WEEKS_39 - later).mean())


def _near(model: Model, states: dict[str, np.ndarray], published: float) -> tuple[float, bool]:
    value = float(model.log_likelihood(states).sum())
    return value, abs(value - published) <= 0.1


def _held(value: float) -> tuple[float, bool]:
    return value, value <= EXPECTATION_BAR


def _renewal_truth() -> tuple[str, bool]:
    kinds = np.random.default_rng(5).choice([1, 6], p=[0.4, 0.6], size=20_000)
    history = history_of(renewals(20_000, 5, kinds).states)
    scale, logs = mean_gap(history), fit_logs(history, (1, 6))
    errors = log_errors(history.in_units_of(scale), logs, (1, 6))[:4]
    found = logs[:4] + np.log([1, scale, 1, 1])
    within = int((np.abs(found - np.log([4.0, 80.0, 1.0, 6.0])) < 3 * errors).sum())
    return f"{within} of 4", within == 4


def _renewal_forecast() -> tuple[float, bool]:
    kinds = np.random.default_rng(1).choice([1, 6], size=SIMULATED)
    simulated = renewals(SIMULATED, 1, kinds)
    model = GammaRenewalMixture.fit(simulated.states)
    forecast = 1 - model.survival(simulated.states, np.array([28])).mean()
    difference = float(forecast - (simulated.wait <= 28).mean())
    return difference, abs(difference) <= 0.02


@cache
def _pits() -> np.ndarray:
    simulated, days = top_ups(SIMULATED, 5), np.linspace(0.25, 400, 1600)
    survival = InverseGaussianPassage.fit(simulated.states).survival(simulated.states, days)
    pairs = zip(simulated.wait, survival, strict=True)
    return np.array([1 - np.interp(wait, days, row) for wait, row in pairs])


def _pit(figure: str) -> tuple[float, bool]:
    """Bars are three standard errors for 4,000 uniforms."""
    pit = _pits()
    if figure == "mean":
        return float(pit.mean()), bool(abs(pit.mean() - 0.5) <= 0.014)
    if figure == "sd":
        return float(pit.std()), bool(abs(pit.std() - 0.289) <= 0.007)
    covered = float(((pit > 0.1) & (pit < 0.9)).mean())
    return covered, abs(covered - 0.8) <= 0.019
