"""Payment timing between the warehouse and ``ml``: fitted on a sample, every customer scored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dagster_project.lib.models.candidate import (
    Candidate,
    ParameterValues,
    parameter_table,
    refused,
)
from dagster_project.lib.models.payment_timing_clock_kept import TABLE as CLOCK_SUMS
from dagster_project.lib.models.payment_timing_clock_kept import keep_clock_sums
from dagster_project.lib.models.payment_timing_judgement import (
    backtests,
    judge,
    judgement_plots,
)
from dagster_project.lib.models.payment_timing_origins import past_origins
from dagster_project.lib.models.payment_timing_scores import (
    ScoredBatches,
    expected_payments,
    states_sql,
)
from dagster_project.lib.models.releases import (
    Release,
    UnreadableReleaseError,
    reading,
    released,
)
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read
from dagster_project.lib.warehouse.connection import scalar

NAME = "payment_timing"
TABLES = ("payment_windows_scored", "payment_timing_expected", CLOCK_SUMS)
CUSTOMERS = "select count(*) from platform_support.customer_payment_state"
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
    customers = int(scalar(work.connection, CUSTOMERS))
    origins = past_origins(work.connection, work.as_of, customers, strata)
    if len(origins) < 2:
        return refused(
            "too_few_origins",
            f"{len(origins)} days of the past have states and outcomes; 2 are needed",
            f"历史中只有{len(origins)}个时点可供检验，至少需要2个",
        )
    channels = [row["channel_code"] for row in read(work.connection, CHANNELS).to_pylist()]
    earlier = origins[:-1] if len(origins) > 2 else origins
    fitted = fit_timing(earlier, strata, known_until=_known_until(origins))
    if not isinstance(fitted, FittedTiming):
        return refused(fitted.code, fitted.en, fitted.zh)
    last = released(work.connection, NAME)
    champion = None if last is None else _readable(last)
    verdict, figures, withheld = judge(fitted, origins[-1], champion)
    fitted = fitted.without(withheld)
    if channels:
        fitted = replace(fitted, channel_alpha=_channel_alpha(work, fitted, channels))
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


def _channel_alpha(work: Work, fitted: Any, channels: list[str]) -> np.ndarray:
    """Dirichlet of the channels by stratum, from a hash sample of today's customers."""
    from ml.payment_timing.channel_choice import SAMPLE, fit_dirichlet
    from ml.payment_timing.states import stratum_codes

    sql, values = states_sql(work, channels)
    customers = int(scalar(work.connection, CUSTOMERS))
    buckets = max(min(1000 * SAMPLE // max(customers, 1), 1000), 1)
    listed = ", ".join(f"channel_{number}" for number in range(len(channels)))
    rows = read(
        work.connection,
        f"select stratum_name, {listed} from ({sql}) where abs(customer_id) % 1000 < $buckets "
        "order by customer_id",
        values | {"buckets": buckets},
    )
    codes = stratum_codes(np.asarray(rows["stratum_name"].to_pylist(), dtype=str), fitted.strata)
    payments = [rows[f"channel_{number}"].to_numpy() for number in range(len(channels))]
    declared = len(fitted.strata)
    stratum = np.where(codes < 0, declared, codes).astype(np.int64)
    return fit_dirichlet(stratum, np.stack(payments, axis=1), declared + 1)


def score(work: Work, release: Release) -> dict[str, Scored]:
    """Windows of every customer, in batches, and what they add up to by channel and day."""
    fitted, channels = rebuilt(release)
    clocked = keep_clock_sums(work, fitted.season, fitted.strata)
    batches = ScoredBatches(work, fitted, channels)
    return {
        TABLES[0]: Scored(batches.reader()),
        TABLES[1]: Scored(lambda: expected_payments(work, batches), kept_by="expected_as_of"),
        CLOCK_SUMS: clocked,
    }


def rebuilt(release: Release) -> tuple[Any, list[str]]:
    """The fit and the channels, in the order of its channel numbers.

    Raises:
        UnreadableReleaseError: other code wrote it.
    """
    from ml.payment_timing.fitted import FittedTiming
    from ml.payment_timing.parameters import ParameterRow

    rows = [
        ParameterRow(row["text"], row["stratum"], row["name"], row["index"], row["value"])
        for row in release.component("fit").to_pylist()
    ]
    listed = sorted(release.component("channels").to_pylist(), key=lambda row: row["index"])
    with reading(release):
        return FittedTiming.from_rows(rows), [row["text"] for row in listed]


def _readable(release: Release) -> Any:
    """The released fit, None where other code wrote what this code cannot read."""
    try:
        return rebuilt(release)[0]
    except UnreadableReleaseError:
        return None


def _known_until(origins: list[Any]) -> int | None:
    """The day that is judged: the fit must not see what came after it.

    With two origins nothing is left to judge on but the newest that was fitted.
    """
    return origins[-1].day if len(origins) > 2 else None
