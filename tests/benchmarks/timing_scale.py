"""Scoring of payment windows at ten million customers: seconds and peak memory of the process.

The states are simulated in blocks, as the warehouse would hand them over; what is measured is
everything from states to finished rows, in a process of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import numpy as np

from ml.payment_timing.fitted import FittedTiming, fit
from ml.payment_timing.scoring import score_batches
from ml.payment_timing.scoring.batches import BATCH_ROWS, Batch
from ml.payment_timing.states import rows as chosen
from tests.ml.payment_timing.world import STRATA, origins, world

CUSTOMERS = 10_000_000
DISTINCT = 200_000  # simulated customers that the blocks are drawn from
FITTED = 3_000
CHANNELS = 7


def rows() -> list[tuple[str, str, str]]:
    """(figure, measured, bar) of a run in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.timing_scale"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(output.splitlines()[-1])
    return [
        ("timing: 10 M customers scored", f"{found['seconds']:.0f} s", "<= 60 s"),
        ("timing: the same, processor time", f"{found['processor_seconds']:.0f} s", ""),
        ("timing: peak memory of scoring", f"{found['peak_gb']:.2f} GB", "<= 4 GB"),
        ("timing: fit on 3,000 customers x 6 origins", f"{found['fit_seconds']:.0f} s", ""),
    ]


def measure(customers: int = CUSTOMERS) -> dict[str, float]:
    """Fit on a small world, then score ``customers`` drawn from a larger one."""
    begin = time.monotonic()
    fitted = fit(origins(world(FITTED, seed=1), 6), STRATA, _channels(FITTED, 1), False)
    assert isinstance(fitted, FittedTiming)
    fit_seconds = time.monotonic() - begin
    blocks = _blocks(min(DISTINCT, customers))
    scored, seconds, worked = 0, 0.0, 0.0
    while scored < customers:
        begin, before = time.monotonic(), time.process_time()
        for batch in score_batches(fitted, blocks):
            scored += batch.num_rows
        seconds += time.monotonic() - begin
        worked += time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    share = customers / scored
    return {
        "seconds": seconds * share,
        "processor_seconds": worked * share,
        "peak_gb": peak,
        "fit_seconds": fit_seconds,
    }


def _blocks(customers: int) -> list[Batch]:
    states = origins(world(customers, seed=2), 1)[0].states
    order = np.random.default_rng(3).permutation(customers)
    channels = _channels(customers, 4)
    pieces = [order[begin : begin + BATCH_ROWS] for begin in range(0, customers, BATCH_ROWS)]
    return [(chosen(states, piece), channels[piece]) for piece in pieces]


def _channels(customers: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).poisson(1.5, (customers, CHANNELS)).astype(float)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
    sys.stdout.write(json.dumps(measure(size)) + "\n")
