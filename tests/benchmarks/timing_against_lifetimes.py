"""Payment timing against lifetimes: BG/NBD fit and conditional expectation, in one run.

Each side runs in a process of its own on the same whole-day histories, read from one file, so that
peak memory is its own; seconds are of fit and expectation, not of imports.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

from ml.payment_timing.baselines import BetaGeometric
from ml.payment_timing.first_passage import InverseGaussianPassage
from ml.payment_timing.renewal import GammaRenewalMixture
from tests.builders import PROJECT_ROOT, SHARED

CUSTOMERS = 1_000_000
HORIZON = 90  # days
RATIO_BAR, MEMORY_BAR_GB = 20, 4
TRUTH = {"r": 0.25, "alpha": 33.0, "a": 0.8, "b": 2.5}  # as in the CDNOW log, in days
WINDOW_DAYS = 365
MOST_EVENTS = 200
SCORED_DAYS = np.arange(1, 61)
BATCH = 100_000  # customers scored at a time, as the daily run does
Row = tuple[str, str, str]


def rows(customers: int = CUSTOMERS) -> list[Row]:
    """Seconds, ratio per customer and peak memory on cdnow_master and on simulated customers."""
    result: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "states.npz"
        if SHARED.exists():
            np.savez(path, **cdnow_master(SHARED / "cdnow" / "cdnow_master.txt"))
            result += _both("cdnow_master", path, bar="")
        np.savez(path, **simulated(customers))
        result += _both(f"{customers:,} simulated", path, bar=f">= {RATIO_BAR}")
        for side, model in (("mixture", "model C (9 shapes)"), ("passage", "model D")):
            run = _measure(side, path)
            name = f"{model}, {customers:,} customers: fit + 60-day survival"
            result.append((name, f"{run['seconds']:.1f} s", ""))
            result.append((f"{model}: peak memory", f"{run['peak_gb']:.2f} GB", "<= 4 GB"))
    return result


def _both(name: str, path: Path, bar: str) -> list[Row]:
    ours, theirs = _measure("ours", path), _measure("lifetimes", path)
    ratio = theirs["seconds"] / ours["seconds"]
    gap = (ours["likelihood"] - theirs["likelihood"]) / ours["customers"]
    return [
        (f"{name}: BG/NBD fit + expectation", f"{ours['seconds']:.2f} s", ""),
        (f"{name}: the same with lifetimes", f"{theirs['seconds']:.2f} s", ""),
        (f"{name}: times faster per customer", f"{ratio:.1f}", bar),
        (f"{name}: log likelihood per customer, ours - lifetimes", f"{gap:.1e}", ">= -1e-4"),
        (f"{name}: expected payments, ours - lifetimes (mean)",
         f"{ours['expected'] - theirs['expected']:.1e}", ""),
        (f"{name}: peak memory", f"{ours['peak_gb']:.2f} GB", f"<= {MEMORY_BAR_GB} GB"),
        (f"{name}: peak memory of lifetimes", f"{theirs['peak_gb']:.2f} GB", ""),
    ]  # fmt: skip


def _measure(side: str, path: Path) -> dict[str, float]:
    """Run one side in a fresh process."""
    command = [sys.executable, "-m", "tests.benchmarks.timing_against_lifetimes", side, str(path)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def cdnow_master(path: Path) -> dict[str, np.ndarray]:
    """Whole-day histories of all 23,570 customers up to 1997-09-30."""
    import pandas as pd

    table = pd.read_csv(path, sep=r"\s+")
    day = (pd.to_datetime(table["date"].astype(str)) - pd.Timestamp("1997-09-30")).dt.days
    past = table.assign(day=day)[day <= 0].drop_duplicates(["customer_id", "day"])
    past = past.sort_values(["customer_id", "day"])
    by_customer = past.groupby("customer_id")["day"]
    log_gaps = np.log(by_customer.diff()).groupby(past["customer_id"]).sum()
    return {
        "payment_days": by_customer.size().to_numpy(float),
        "gap_log_sum": log_gaps.to_numpy(),
        "days_since_first": -by_customer.min().to_numpy(float),
        "days_since_last": -by_customer.max().to_numpy(float),
    }


def simulated(customers: int) -> dict[str, np.ndarray]:
    """BG/NBD customers in whole days, first seen within the first half year, and top-up amounts."""
    random = np.random.default_rng(0)
    parts = [_simulated(min(50_000, customers - at), random) for at in range(0, customers, 50_000)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _simulated(count: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    rate = random.gamma(TRUTH["r"], 1 / TRUTH["alpha"], count)
    dropout = random.beta(TRUTH["a"], TRUTH["b"], count)
    left = WINDOW_DAYS - random.integers(0, 180, count)
    state = {name: np.zeros(count) for name in ("events", "last", "logs", "square")}
    is_active = np.ones(count, dtype=bool)
    amount = np.exp(random.normal(4.5, 0.5, count))
    for _ in range(MOST_EVENTS):
        rows = np.flatnonzero(is_active)
        if not len(rows):
            break
        gap = np.ceil(np.minimum(random.exponential(1 / np.maximum(rate[rows], 1e-9)), 1e6))
        is_seen = state["last"][rows] + gap <= left[rows]
        seen, gap = rows[is_seen], gap[is_seen]
        state["events"][seen] += 1
        state["last"][seen] += gap
        state["logs"][seen] += np.log(gap)
        state["square"][seen] += amount[seen] ** 2 / gap
        is_active[rows] = is_seen
        is_active[seen] = random.random(len(seen)) > dropout[seen]
    return {
        "payment_days": state["events"] + 1,
        "gap_log_sum": state["logs"],
        "days_since_first": left.astype(float),
        "days_since_last": left - state["last"],
        "gap_days_sum": state["last"],
        "gap_amount_sum": state["events"] * amount,
        "gap_amount_square_per_day_sum": state["square"],
        "last_amount_yuan": amount,
    }


def _ours(states: dict[str, np.ndarray]) -> tuple[float, float, float]:
    begin = time.monotonic()
    model = BetaGeometric.fit(states)
    expected = model.expected_payments(states, HORIZON)
    seconds = time.monotonic() - begin
    return seconds, float(model.log_likelihood(states).sum()), float(expected.mean())


def _lifetimes(states: dict[str, np.ndarray]) -> tuple[float, float, float]:
    from lifetimes import BetaGeoFitter

    x, age = states["payment_days"] - 1, states["days_since_first"]
    last = age - states["days_since_last"]
    begin = time.monotonic()
    model = BetaGeoFitter().fit(x, last, age)
    expected = model.conditional_expected_number_of_purchases_up_to_time(HORIZON, x, last, age)
    seconds = time.monotonic() - begin
    own = BetaGeometric.fit({name: values[:2000] for name, values in states.items()})
    values = tuple(float(model.params_[name]) for name in ("r", "alpha", "a", "b"))
    judged = BetaGeometric(type(own.table)(own.table.columns, (-1,), (values,)))
    return seconds, float(judged.log_likelihood(states).sum()), float(np.mean(expected))


def _scored(
    model: type[GammaRenewalMixture] | type[InverseGaussianPassage], states: dict[str, np.ndarray]
) -> tuple[float, float, float]:
    begin = time.monotonic()
    fitted, late = model.fit(states), 0.0
    for at in range(0, len(states["payment_days"]), BATCH):
        part = {name: values[at : at + BATCH] for name, values in states.items()}
        late += float(fitted.survival(part, SCORED_DAYS)[:, -1].sum())
    return time.monotonic() - begin, 0.0, late


def main(side: str, path: str) -> None:
    """Measure one side and print seconds, peak memory and what must agree."""
    warnings.simplefilter("ignore")  # of lifetimes and the libraries it was written for
    with np.load(path) as stored:
        states = dict(stored)
    sides = {
        "ours": _ours,
        "lifetimes": _lifetimes,
        "mixture": lambda own: _scored(GammaRenewalMixture, own),
        "passage": lambda own: _scored(InverseGaussianPassage, own),
    }
    seconds, likelihood, expected = sides[side](states)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    found = {"seconds": seconds, "peak_gb": peak, "likelihood": likelihood, "expected": expected}
    print(json.dumps(found | {"customers": len(states["payment_days"])}))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        main(*sys.argv[1:])
    else:
        for figure, value, bar in rows():
            print(f"{figure}: {value}  {bar}")
