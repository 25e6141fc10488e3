"""Ten million customers in batches of bounded size, on a few threads.

Memory is that of the batches in flight, whatever the number of customers; the heavy steps are
numpy on float32, which lets go of the interpreter's lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from ml.payment_timing.candidates import CANDIDATES
from ml.payment_timing.contract import States
from ml.payment_timing.refusals import REFUSED
from ml.payment_timing.scoring.columns import balance_columns, basis, habit_columns, timing_columns
from ml.payment_timing.scoring.pooling import Stack, scored_forecast
from ml.payment_timing.states import count, rows, with_pooled

BATCH_ROWS = 16_384  # 4 MB a forecast: a batch's tables stay near the processor
THREADS = 2

Batch = tuple[States, np.ndarray | None]  # states, and decayed payments per channel (n, c)


class Scorer(Stack, Protocol):
    """What scoring needs of a fit."""

    @property
    def strata(self) -> tuple[str, ...]:
        """Declared names."""

    @property
    def withheld(self) -> np.ndarray | None:
        """Segments that get no windows, bool (segments,)."""

    @property
    def channel_alpha(self) -> np.ndarray | None:
        """Dirichlet of the channels, (s, c)."""

    @property
    def hour_alpha(self) -> np.ndarray:
        """Dirichlet of the bands of the day, (s, 4)."""


def score_states(scorer: Scorer, states: States, channels: np.ndarray | None = None) -> pa.Table:
    """One row per customer, in the order of ``states``."""
    pieces = [
        (
            rows(states, slice(begin, begin + BATCH_ROWS)),
            None if channels is None else channels[begin : begin + BATCH_ROWS],
        )
        for begin in range(0, max(count(states), 1), BATCH_ROWS)
    ]
    return pa.Table.from_batches(list(score_batches(scorer, pieces)))


def score_batches(
    scorer: Scorer, batches: Iterable[Batch], threads: int = THREADS
) -> Iterator[pa.RecordBatch]:
    """Score batch after batch, in order; at most ``threads`` + 1 are held at a time.

    Batches are what runs side by side: matrix products keep to one thread until the last batch,
    for threads of theirs would wait for one another on processors that are taken.
    """
    waiting: deque[Future[pa.RecordBatch]] = deque()
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        for states, channels in batches:
            waiting.append(pool.submit(_scored, scorer, states, channels))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _scored(scorer: Scorer, states: States, channels: np.ndarray | None) -> pa.RecordBatch:
    known = with_pooled(states, len(scorer.strata))
    stratum = known["stratum"].astype(np.int64)
    code = basis(known, states["stratum"] < 0, scorer.withheld)
    total, weights = scored_forecast(scorer, known)
    silent = code >= REFUSED
    total[silent] = np.nan
    weights[silent] = np.nan
    columns = timing_columns(total, known)
    columns |= habit_columns(known, stratum, channels, (scorer.channel_alpha, scorer.hour_alpha))
    columns |= balance_columns(known)
    for number, name in enumerate(CANDIDATES):
        columns[f"weight_{name}"] = pa.array(weights[:, number], from_pandas=True)
    columns["basis"] = pa.array(code)
    return pa.RecordBatch.from_pydict(columns)
