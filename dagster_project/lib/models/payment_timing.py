"""Payment timing between the warehouse and ``ml``: fitted on a sample, every customer scored."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dagster_project.lib.models.candidate import (
    Candidate,
    ParameterValues,
    parameter_table,
    refused,
)
from dagster_project.lib.models.payment_timing_judgement import (
    backtests,
    judge,
    judgement_plots,
)
from dagster_project.lib.models.payment_timing_scores import ScoredBatches, expected_payments
from dagster_project.lib.models.releases import Release, released
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

NAME = "payment_timing"
TABLES = ("payment_windows_scored", "payment_timing_expected")
STATES_SQL = Path(__file__).with_name("payment_timing_states.sql")
ORIGINS = 7  # the newest judges, the others fit, stack and calibrate
STEP_DAYS = 26  # so that origins meet the bill cycle in different phases
FIT_CUSTOMERS = 10_000
TEST_CUSTOMERS = 20_000
STRATA = """
select distinct stratum_name from platform_support.customer_timing_state order by stratum_name
"""
CHANNELS = """
select channel_code from platform_support.customer_channel_state
group by channel_code order by sum(payments) desc, channel_code
"""


def fit(work: Work) -> Candidate:
    """Fit on rolling origins, judge on one that nothing has seen."""
    from ml.payment_timing.fitted import FittedTiming
    from ml.payment_timing.fitted import fit as fit_timing

    strata = [row["stratum_name"] for row in read(work.connection, STRATA).to_pylist()]
    origins = _origins(work, strata)
    if len(origins) < 2:
        return refused(
            "too_few_origins",
            f"{len(origins)} days of the past have states and outcomes; 2 are needed",
            f"历史中只有{len(origins)}个时点可供检验，至少需要2个",
        )
    channels = [row["channel_code"] for row in read(work.connection, CHANNELS).to_pylist()]
    fitted = fit_timing(origins[:-1] if len(origins) > 2 else origins, strata)
    if not isinstance(fitted, FittedTiming):
        return refused(fitted.code, fitted.en, fitted.zh)
    last = released(work.connection, NAME)
    champion = None if last is None else rebuilt(last)[0]
    verdict, figures = judge(fitted, origins[-1], champion)
    rows: list[ParameterValues] = [
        ("fit", row.stratum, row.name, row.index, row.value, row.model) for row in fitted.to_rows()
    ]
    rows += [("channels", -1, code, number, None, code) for number, code in enumerate(channels)]
    return Candidate(
        parameter_table(rows),
        verdict,
        figures,
        backtests(fitted),
        judgement_plots(fitted, origins[-1]),
    )


def score(work: Work, release: Release) -> dict[str, Scored]:
    """Windows of every customer, in batches, and what they add up to by channel and day."""
    fitted, channels = rebuilt(release)
    batches = ScoredBatches(work, fitted, channels)
    return {
        TABLES[0]: Scored(batches.reader()),
        TABLES[1]: Scored(lambda: expected_payments(work, batches), kept_by="expected_as_of"),
    }


def rebuilt(release: Release) -> tuple[Any, list[str]]:
    """The fit and the channels, in the order of its channel numbers."""
    from ml.payment_timing.fitted import FittedTiming
    from ml.payment_timing.parameters import ParameterRow

    rows = [
        ParameterRow(row["text"], row["stratum"], row["name"], row["index"], row["value"])
        for row in release.component("fit").to_pylist()
    ]
    listed = sorted(release.component("channels").to_pylist(), key=lambda row: row["index"])
    return FittedTiming.from_rows(rows), [row["text"] for row in listed]


def _origins(work: Work, strata: list[str]) -> list[Any]:
    """Ascending origins with at least one customer, outcomes known to the horizon."""
    from ml.payment_timing.contract import HORIZON
    from ml.payment_timing.rolling import Origin
    from ml.payment_timing.states import outcomes, states_from_table

    newest = work.as_of - timedelta(days=HORIZON)
    found = []
    for back in reversed(range(ORIGINS)):
        day = newest - timedelta(days=STEP_DAYS * back)
        table = _states(work, day, FIT_CUSTOMERS if back else TEST_CUSTOMERS)
        if len(table) and np.nanmax(table["payment_days"].to_numpy()) > 0:
            found.append(Origin(states_from_table(table, strata), outcomes(table)))
    return found


def _states(work: Work, day: date, wanted: int) -> pa.Table:
    from ml.payment_timing.contract import HORIZON

    customers = work.connection.execute(
        "select count(*) from platform_support.customer_payment_state"
    ).fetchall()[0][0]
    buckets = max(min(1000 * wanted // max(customers, 1), 1000), 1)
    values = {"origin": day, "horizon": HORIZON, "sample_buckets": buckets}
    return read(work.connection, STATES_SQL.read_text(encoding="utf-8"), values)
