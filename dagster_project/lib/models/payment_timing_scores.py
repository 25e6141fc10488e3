"""Scoring every customer in bounded memory: states stream in, windows stream out.

While the windows pass, the payments that they promise are added up by channel and day.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from dagster_project.lib.models.payment_timing_clock_kept import with_clock_columns
from dagster_project.lib.models.spec import Work

EPOCH = date(1970, 1, 1)
WEIGHT_EPOCH = date(2020, 1, 1)  # of recency_weight_sum
HALF_LIFE_DAYS = 180  # as in dbt_project.yml
HOUR_BANDS = ("night", "morning", "afternoon", "evening")
BASIS = ("own_history", "stratum_prior", "refused", "not_calibrated")
PASSED_ON = (
    "p_pay_7", "p_pay_14", "p_pay_28", "p_unpaid_at_due", "p_channel", "hour_band_share",
    "expected_amount_yuan",
)  # fmt: skip
DAYS = {
    "median_in_days": "median_pay_on",
    **{
        f"window_{level}_{end}": f"window_{level}_{end}"
        for level in (50, 80, 95)
        for end in ("from", "to")
    },
    "depletion_in_days": "depletes_on",
}


class ScoredBatches:
    """One pass over all customers; ``promised`` is complete when the reader is exhausted."""

    def __init__(self, work: Work, fitted: Any, channels: list[str]) -> None:
        from ml.payment_timing.contract import HORIZON

        self.work, self.fitted, self.channels = work, fitted, channels
        self.promised = np.zeros((len(channels), HORIZON))
        self._ids: deque[pa.Array] = deque()

    def reader(self) -> pa.RecordBatchReader:
        """The published columns, batch by batch."""
        batches = self._batches()
        first = next(batches)
        return pa.RecordBatchReader.from_batches(first.schema, _again(first, batches))

    def _batches(self) -> Iterator[pa.RecordBatch]:
        from ml.payment_timing.scoring import score_batches

        for scored in score_batches(self.fitted, self._inputs()):
            yield self._published(scored, self._ids.popleft())

    def _inputs(self) -> Iterator[tuple[Any, np.ndarray]]:
        """States and decayed payments per channel, in batches, from a cursor of their own."""
        from ml.payment_timing.scoring.batches import BATCH_ROWS

        sql, values = states_sql(self.work, self.channels)
        cursor = self.work.connection.cursor()
        if self.fitted.season is not None:
            sql = with_clock_columns(sql)
        for batch in cursor.sql(sql, params=values).to_arrow_reader(BATCH_ROWS):
            yield from self._pieces(pa.Table.from_batches([batch]), BATCH_ROWS)

    def _pieces(self, rows: pa.Table, most: int) -> Iterator[tuple[Any, np.ndarray]]:
        """Rows in pieces of at most so many: the engine's batches may be twice what is asked."""
        from ml.payment_timing.states import states_from_table

        for begin in range(0, len(rows), most):
            table = rows.slice(begin, most)
            columns = [table[f"channel_{n}"].to_numpy() for n in range(len(self.channels))]
            payments = np.stack(columns, axis=1) if columns else np.zeros((len(table), 0))
            self._ids.append(table["customer_id"].combine_chunks())
            yield states_from_table(table, self.fitted.strata), payments

    def _published(self, scored: pa.RecordBatch, ids: pa.Array) -> pa.RecordBatch:
        origin = (self.work.as_of - EPOCH).days
        columns: dict[str, Any] = {
            "release_id": pa.array([self.work.release_id] * len(ids)),
            "customer_id": ids,
            "basis": pa.DictionaryArray.from_arrays(scored["basis"], list(BASIS)).cast(pa.string()),
        }
        for name, published in DAYS.items():
            columns[published] = _dates(scored[name], origin)
        columns |= {name: scored[name] for name in PASSED_ON}
        columns["likely_channel_code"] = _named(scored["likely_channel"], self.channels)
        columns["best_hour_band"] = _named(scored["hour_band"], HOUR_BANDS)
        columns |= {
            name: scored[name] for name in scored.schema.names if name.startswith("weight_")
        }
        self._add_up(scored)
        return pa.RecordBatch.from_pydict(columns)

    def _add_up(self, scored: pa.RecordBatch) -> None:
        """Spread each customer's probability over its days; the medians' neighbourhood suffices.

        A customer pays within 7, 14 and 28 days with known probabilities; between them the mass is
        spread evenly, which is right for sums over many customers.
        """
        channel = scored["likely_channel"].to_numpy(zero_copy_only=False)
        known = ~np.isnan(channel.astype(float))
        place = np.where(known, channel, 0).astype(np.int64)
        before = np.zeros(len(place))
        for first, last in ((0, 7), (7, 14), (14, 28)):
            until = np.nan_to_num(scored[f"p_pay_{last}"].to_numpy(zero_copy_only=False))
            mass = np.bincount(
                place[known], weights=(until - before)[known], minlength=len(self.channels)
            )
            self.promised[:, first:last] += mass[:, None] / (last - first)
            before = until


def expected_payments(work: Work, batches: ScoredBatches) -> pa.Table:
    """One row per channel and day of the next four weeks."""
    days = range(28)
    rows = [
        {
            "release_id": work.release_id,
            "expected_as_of": work.as_of,
            "channel_code": code,
            "expected_on": work.as_of + timedelta(days=day + 1),
            "expected_payments": float(batches.promised[number, day]),
        }
        for number, code in enumerate(batches.channels)
        for day in days
    ]
    schema = pa.schema(
        [
            ("release_id", pa.string()), ("expected_as_of", pa.date32()),
            ("channel_code", pa.string()), ("expected_on", pa.date32()),
            ("expected_payments", pa.float64()),
        ]
    )  # fmt: skip
    return pa.Table.from_pylist(rows, schema)


def states_sql(work: Work, channels: list[str]) -> tuple[str, dict[str, Any]]:
    """All customers with their states, and a column of decayed payments per channel."""
    decay = 2.0 ** (-(work.as_of - WEIGHT_EPOCH).days / HALF_LIFE_DAYS)
    values: dict[str, Any] = {f"code_{n}": code for n, code in enumerate(channels)}
    sums = ", ".join(
        f"coalesce(sum(recency_weight_sum) filter (where channel_code = $code_{n}), 0)::double "
        f"* $decay as channel_{n}"
        for n in range(len(channels))
    )
    filled = ", ".join(
        f"coalesce(used.channel_{n}, 0) as channel_{n}" for n in range(len(channels))
    )
    if not channels:
        return "select * from platform_support.customer_timing_state", {}
    sql = (
        f"with used as (select customer_id, {sums} from platform_support.customer_channel_state "
        f"group by customer_id) select states.*, {filled} "
        "from platform_support.customer_timing_state as states "
        "left join used on states.customer_id = used.customer_id"
    )
    return sql, values | {"decay": decay}


def _dates(days: pa.Array, origin: int) -> pa.Array:
    """Days after the origin as dates; a fraction of a day is the day."""
    found = days.cast(pa.float64()).to_numpy(zero_copy_only=False)
    missing = np.isnan(found)
    whole = (np.where(missing, 0, np.ceil(found)) + origin).astype(np.int32)
    return pa.array(whole, pa.int32(), mask=missing).cast(pa.date32())


def _named(codes: pa.Array, names: Any) -> pa.Array:
    if not names:
        return pa.nulls(len(codes), pa.string())
    return pa.DictionaryArray.from_arrays(codes.cast(pa.int8()), list(names)).cast(pa.string())


def _again(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest
