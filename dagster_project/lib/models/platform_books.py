"""How the platform itself ran, month by month, out of its own books.

What is known of today only (checks, the released models) stands in the last month; a fit that was
not released says nothing of how the platform runs.
"""

from __future__ import annotations

import json

import pandas as pd

from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read

DELIVERED = """
select
    date_trunc('month', delivered_on)::date as period,
    100.0 * count(*) filter (status in ('loaded', 'superseded', 'repeated')) / count(*)
        as files_loaded_pct,
    100.0 * sum(rows_quarantined) / nullif(sum(rows_delivered), 0) as rows_quarantined_pct,
    24.0 * avg(delivered_on - last_business_date) filter (source = 'payments' and status = 'loaded')
        as freshness_hours
from landing.delivery_ledger group by all
"""
CAMPAIGNS = """
with arms as (
    select steps.campaign_code, steps.arm = 'holdout' as is_held_out,
        count(*) filter (step = 'assigned') as members,
        count(*) filter (step = 'paid_through_target') as converted
    from platform_support.campaign_firsts as steps group by all
), campaigns as (
    select arms.campaign_code, date_trunc('month', any_value(plan.ends_on))::date as period,
        any_value(plan.holdout_share)::double as planned,
        sum(members) as members, sum(members) filter (is_held_out) as held_out,
        100.0 * (
            sum(converted) filter (not is_held_out)
            / nullif(sum(members) filter (not is_held_out), 0)
            - sum(converted) filter (is_held_out) / nullif(sum(members) filter (is_held_out), 0)
        ) as effect
    from arms join data_processing.stg_landing__campaigns as plan using (campaign_code)
    where plan.ends_on <= $as_of::date group by arms.campaign_code
)
select period, avg(effect) as campaign_effect_points,
    100.0 * avg((pow(held_out - members * planned, 2) / nullif(members * planned * (1 - planned), 0)
        < $critical)::int) filter (planned > 0 and planned < 1) as srm_passed_pct
from campaigns group by period
"""
CRITICAL = 10.828  # chi-square, 1 degree of freedom, p = .001
GAP = """
select 100 * max(abs(value)) as gap from platform_support.payment_timing_validations
where metric = 'window_80_coverage_gap' and segment = 'all' and release_id = (
    select max_by(release_id, (fitted_on, data_version))
    from platform_support.payment_timing_validations where decision = 'promoted'
)
"""
SKILL = """
select max(value) as skill from platform_support.forecasting_validations
where metric = 'mase_gain_over_seasonal_naive_pct' and release_id = (
    select max_by(release_id, (fitted_on, data_version))
    from platform_support.forecasting_validations where decision = 'promoted'
)
"""


def platform_indicators(work: Work) -> pd.DataFrame:
    """One row per month with its indicators; empty where nothing is known of one."""
    books = read(work.connection, DELIVERED).to_pandas()
    if books.empty:
        return books
    campaigns = read(
        work.connection, CAMPAIGNS, {"as_of": work.as_of.isoformat(), "critical": CRITICAL}
    ).to_pandas()
    books = books.merge(campaigns, on="period", how="left").assign(unit="platform")
    last = books["period"] == books["period"].max()
    today = {
        "checks_passed_pct": _checks_passed(work),
        "window_calibration_gap_points": read(work.connection, GAP)["gap"][0].as_py(),
        "forecast_skill_pct": read(work.connection, SKILL)["skill"][0].as_py(),
    }
    for name, value in today.items():
        books[name] = pd.Series([value if flag else None for flag in last], dtype="float64")
    return books


def _checks_passed(work: Work) -> float | None:
    """Share of the dbt tests of the last build that passed, in percent."""
    path = work.settings.dbt_build / "run_results.json"
    if not path.exists():
        return None
    results = json.loads(path.read_text(encoding="utf-8"))["results"]
    tests = [item["status"] == "pass" for item in results if item["unique_id"].startswith("test.")]
    return 100.0 * sum(tests) / len(tests) if tests else None
