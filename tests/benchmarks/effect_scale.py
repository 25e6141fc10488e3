"""The effect of a campaign with a million customers by eight outcomes, out of sums.

Sums in SQL as layer 2 makes them (exact decimals, all products of seven variables, by stratum),
then everything that the read-out infers.
"""

from __future__ import annotations

import time
from datetime import date

import duckdb
import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import VARIABLES, compared, contrasts
from dagster_project.lib.decisions.experiments.effect_rows import effect_rows
from dagster_project.lib.decisions.experiments.estimates import estimates
from dagster_project.lib.decisions.experiments.outcomes import OUTCOMES
from dagster_project.lib.decisions.experiments.payment_days import days_compared
from dagster_project.lib.decisions.experiments.validity import with_sample_ratio

CUSTOMERS, SECONDS_BAR = 1_000_000, 5
MEANS = [outcome.name for outcome in OUTCOMES if outcome.name != "days_to_pay"]
MEMBERS = """
create table members as
select
    'C' as campaign_code,
    case when random() < .2 then 'holdout' when random() < .5 then 'window' else 'random_day' end
        as arm,
    'stratum ' || (random() * 9)::int as stratum,
    1 as d, (random() < .9)::int as c, x1, random() as x2, 3 * random() as x3,
    (12 * random())::int as x4, least(50, (-15 * ln(1 - random()))::int) as days, {outcomes}
from (select random() as x1 from range({customers}))
"""
DAYS = """
select campaign_code, arm, stratum, days, 20 as term_days, count(*) as paid, 0 as censored
from members group by all
"""
SIZES = """
select campaign_code, arm, stratum, date '2025-10-01' as assigned_on, 'undeclared' as content_code,
    count(*) as customers
from members group by all
"""
Row = tuple[str, str, str]


def rows(customers: int = CUSTOMERS) -> list[Row]:
    """Seconds of the sums and of the inference."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        names = ", ".join(f"(random() < x1)::int as {name}" for name in MEANS)
        connection.execute(MEMBERS.format(outcomes=names, customers=customers))
        begin = time.monotonic()
        sums, days, sizes = (connection.sql(text).df() for text in (_sums(), DAYS, SIZES))
        middle = time.monotonic()
    found = _inferred(sums, days, sizes)
    end = time.monotonic()
    size = f"effect of {customers:,} customers x {len(MEANS)} means and days"
    return [
        (f"{size}: sums of rows in SQL", f"{middle - begin:.1f} s", ""),
        (f"{size}: {len(found)} effects from sums", f"{end - middle:.2f} s", f"<= {SECONDS_BAR} s"),
    ]


def _sums() -> str:
    """All sums and products of the variables, by arm, stratum and outcome."""
    terms = [(a, f"sum_{a}") for a in VARIABLES]
    terms += [
        (f"{a} * {b}", f"sum_{a}_{b}") for i, a in enumerate(VARIABLES) for b in VARIABLES[i:]
    ]
    columns = ", ".join(
        f"sum(cast({term} as decimal(38, 12)))::double as {name}" for term, name in terms
    )
    outcomes = " union all ".join(
        f"select campaign_code, arm, stratum, '{name}' as outcome, {name} as m, d, c, x1, x2, x3, "
        "x4 from members"
        for name in MEANS
    )
    return (
        "select campaign_code, arm, stratum, outcome, 'campaign' as horizon, count(*) as units, "
        f"0 as units_missing, {columns} from ({outcomes}) group by all"
    )


def _inferred(sums: pd.DataFrame, days: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    day = date(2025, 10, 1)
    campaign = pd.DataFrame(
        [{"campaign_code": "C", "target_channel_code": "app", "contact_means": "sms",
          "campaign_version": 1, "holdout_share": 0.2,
          "starts_on": day, "ends_on": day, "last_on": day,
          "measured_to": day, "outside_audience": 0, "overlapping": 0, "settled_share": 1.0,
          "contacted_before_assignment": 0, "contacted_holdouts": 0}]
    )  # fmt: skip
    pairs = compared(sizes)
    found = estimates(contrasts(sums, pairs), days_compared(days, pairs))
    return effect_rows(found, with_sample_ratio(campaign, sizes))


if __name__ == "__main__":
    for figure, value, bar in rows():
        print(f"{figure}: {value} {bar}")
