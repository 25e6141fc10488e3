"""Origins of payment timing: states as of a day of the past, what came next, and the season known.

Read by the fit and by the evaluation, so that both judge the same thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from dagster_project.lib.models.payment_timing_season import season_as_of, with_clock_sums
from dagster_project.lib.models.tables import read

if TYPE_CHECKING:
    from ml.payment_timing.rolling import Origin

STATES_SQL = Path(__file__).with_name("payment_timing_states.sql")
ORIGINS = 7  # the newest judges, the others fit, stack and calibrate
STEP_DAYS = 26  # so that origins meet the bill cycle in different phases
FIT_CUSTOMERS = 10_000
TEST_CUSTOMERS = 20_000


def past_origins(
    connection: duckdb.DuckDBPyConnection, as_of: date, customers: int, strata: Sequence[str]
) -> list[Origin]:
    """Ascending origins with at least one paying customer, outcomes known to the horizon."""
    from ml.payment_timing.contract import HORIZON

    newest = as_of - timedelta(days=HORIZON)
    days = [newest - timedelta(days=STEP_DAYS * back) for back in reversed(range(ORIGINS))]
    found = []
    for day in days:
        wanted = TEST_CUSTOMERS if day == newest else FIT_CUSTOMERS
        buckets = max(min(1000 * wanted // max(customers, 1), 1000), 1)
        origin = origin_as_of(connection, day, strata, buckets)
        if origin is not None:
            found.append(origin)
    return found


def origin_as_of(
    connection: duckdb.DuckDBPyConnection, day: date, strata: Sequence[str], buckets: int
) -> Origin | None:
    """The origin of one day, None if no customer had paid by then.

    Args:
        connection: the warehouse.
        day: the origin.
        strata: names, whose order gives the codes.
        buckets: customers of so many thousandths are taken.
    """
    from ml.payment_timing.contract import HORIZON
    from ml.payment_timing.rolling import Origin
    from ml.payment_timing.states import outcomes, states_from_table

    values = {"origin": day, "horizon": HORIZON, "sample_buckets": buckets}
    table = read(connection, STATES_SQL.read_text(encoding="utf-8"), values)
    if not len(table) or not np.nanmax(table["payment_days"].to_numpy()) > 0:
        return None
    season = season_as_of(connection, day, strata)
    table = with_clock_sums(connection, table, season, strata, values)
    return Origin(states_from_table(table, strata), outcomes(table), season)
