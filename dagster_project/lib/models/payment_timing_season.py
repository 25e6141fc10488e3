"""The season of use between the warehouse and ``ml``: its index as of a day, and its clock.

The index comes from months whose bills were all known; gaps are measured on its clock in SQL,
since a customer's state keeps no single gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa

from dagster_project.lib.models.tables import read

if TYPE_CHECKING:
    from ml.payment_timing.season import Season

MONTHS_SQL = Path(__file__).with_name("payment_timing_months.sql")
CLOCK_SQL = Path(__file__).with_name("payment_timing_clock.sql")
EPOCH = date(1970, 1, 1)
CLOCK_TABLE = "usage_clock"
SAMPLED = """
create or replace temp table clock_customers as
select customer_id, customer_type from data_processing.int_customers_versioned
where is_prepaid and valid_from <= $origin and valid_to > $origin
    and abs(customer_id) % 1000 < $sample_buckets
"""
CLOCK_FROM = date(2000, 1, 1)  # payments before it are none of an electronic channel


def season_as_of(connection: duckdb.DuckDBPyConnection, day: date, strata: Sequence[str]) -> Season:
    """The index of every stratum from months known at the end of ``day``; one row more, pooled."""
    from ml.payment_timing.season import Season

    months = read(connection, MONTHS_SQL.read_text(encoding="utf-8"), {"origin": day})
    kinds = np.asarray(months["customer_type"].to_pylist(), dtype=str)
    codes = [np.flatnonzero(kinds == name.split(".")[0]) for name in strata]
    row = np.concatenate([*codes, np.empty(0, np.int64)]).astype(np.int64)
    stratum = np.repeat(np.arange(len(strata)), [len(code) for code in codes])
    month = months["used_in_month"].to_numpy().astype("datetime64[M]").astype(np.int64)
    yuan, bills = (months[name].to_numpy().astype(np.float64) for name in ("amount_yuan", "bills"))
    return Season.of_months(month[row], stratum, yuan[row], bills[row], len(strata) + 1)


def with_clock_sums(
    connection: duckdb.DuckDBPyConnection,
    states: pa.Table,
    season: Season,
    strata: Sequence[str],
    values: dict[str, Any],
) -> pa.Table:
    """The states with their gaps measured on the season's clock, null where they are not.

    Args:
        connection: the warehouse.
        states: one row per customer, ``customer_id`` among its columns.
        season: as known on the origin.
        strata: names, in the order of the season's rows.
        values: ``origin`` and ``sample_buckets``, as of the states.
    """
    register_clock(connection, season, strata, values["origin"])
    try:
        bound = {name: values[name] for name in ("origin", "sample_buckets")}
        connection.execute(SAMPLED, bound)
        sums = read(connection, CLOCK_SQL.read_text("utf-8"), {"origin": values["origin"]})
    finally:
        connection.unregister(CLOCK_TABLE)
    place = np.argsort(sums["customer_id"].to_numpy(), kind="stable")
    known, wanted = sums["customer_id"].to_numpy()[place], states["customer_id"].to_numpy()
    found = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    has = known[found] == wanted if len(known) else np.zeros(len(wanted), dtype=bool)
    for name in sums.column_names[1:]:
        own = sums[name].to_numpy()[place]
        column = np.where(has, own[found], np.nan) if len(own) else np.full(len(wanted), np.nan)
        states = states.append_column(name, pa.array(column, from_pandas=True))
    return states


def register_clock(
    connection: duckdb.DuckDBPyConnection, season: Season, strata: Sequence[str], until: date
) -> None:
    """The relation ``usage_clock``: days of mean use by customer type and day, to ``until``."""
    connection.register(CLOCK_TABLE, _clock_table(season, strata, until))


def _clock_table(season: Season, strata: Sequence[str], until: date) -> pa.Table:
    kinds = {name.split(".")[0]: code for code, name in enumerate(strata)}
    first = (CLOCK_FROM - EPOCH).days
    days = np.arange(first, (until + timedelta(days=1) - EPOCH).days)
    clocks = [season.clock(np.full(len(days), code), days) for code in kinds.values()]
    return pa.table(
        {
            "customer_type": np.repeat(np.asarray(list(kinds), dtype=str), len(days)),
            "day": pa.array(np.tile(days, len(kinds)).astype(np.int32)).cast(pa.date32()),
            "clock": np.concatenate([*clocks, np.empty(0)]),
        }
    )
