"""Predictions of earlier days against what came; today's are kept for later.

Windows of a fixed sample and rounds of guidance are kept for a quarter, forecasts of a channel
without a campaign until their days change. Judged is before today's are added.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from dagster_project.lib.decisions.followed.figures import asked, is_there
from dagster_project.lib.decisions.followed.judging import hit_rows
from dagster_project.lib.decisions.followed.moves.in_campaigns import moves_in_campaigns
from dagster_project.lib.decisions.followed.moves.in_rounds import KEPT as ROUNDS
from dagster_project.lib.decisions.followed.moves.in_rounds import moves_in_rounds, round_kept
from dagster_project.lib.decisions.followed.plots import hit_plots
from dagster_project.lib.decisions.followed.volumes.counterfactuals import KEPT as VOLUMES
from dagster_project.lib.decisions.followed.volumes.interference import interference_checks
from dagster_project.lib.decisions.guidance.declaration import read_guidance
from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.models.declared import DECIDED
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read
from dagster_project.lib.warehouse.connection import scalar

HERE = Path(__file__).parent
TODAY, HIT, BACKTESTED = (
    (HERE / f"{name}.sql").read_text(encoding="utf-8")
    for name in ("windows_today", "windows_hit", "backtested")
)
KEPT, JUDGED = "predicted_windows_kept", "prediction_validations"
SAMPLE = 20_000  # customers: a share of 80 % is then known to 0.6 points
BUCKETS = 100_000
CUSTOMERS = "select count(*) from platform_support.payment_windows_scored"
NO_WINDOWS = "no windows are published today (今日无已发布的窗口)"


def decide(work: Work) -> Decided:
    """Judge what was kept, and keep today's."""
    campaigns = asked(work, HERE, "campaigns")
    checked, volumes = interference_checks(work, campaigns)
    rows = [
        *_windows_hit(work),
        *moves_in_campaigns(work, campaigns, read_guidance()),
        *moves_in_rounds(work),
        *checked,
    ]
    return Decided(
        {
            KEPT: _windows_today(work),
            ROUNDS: round_kept(work),
            VOLUMES: volumes,
            JUDGED: Scored(pa.Table.from_pylist(rows), plots=hit_plots(rows)),
        }
    )


def _windows_hit(work: Work) -> list[dict[str, Any]]:
    counted: list[dict[str, Any]] = []
    if is_there(work, f"{DECIDED}.{KEPT}"):
        counted = read(work.connection, HIT, {"as_of": work.as_of.isoformat()}).to_pylist()
    return hit_rows(counted, read(work.connection, BACKTESTED).to_pylist(), work.as_of)


def _windows_today(work: Work) -> Scored:
    customers = int(scalar(work.connection, CUSTOMERS))
    taken = min(BUCKETS, max(1, BUCKETS * SAMPLE // max(customers, 1)))
    values = {"as_of": work.as_of.isoformat(), "buckets": BUCKETS, "taken": taken}
    today = read(work.connection, TODAY, values)
    return Scored(today, "" if len(today) else NO_WINDOWS, kept_by="predicted_on")


FOLLOWED = DecisionSpec(
    name="predictions_followed",
    title_en="what became of predictions",
    title_zh="预测与实际对照",
    decide=decide,
    reads=(
        "data_processing.channels",
        "data_processing.int_customers_versioned",
        "data_processing.int_payments_matched",
        "data_processing.stg_landing__campaign_contacts",
        "data_processing.stg_landing__campaigns",
        "decided.campaign_effect",
        "decided.channel_guidance",
        "platform_support.campaign_members",
        "platform_support.campaign_payments",
        "platform_support.channel_region_days",
        "platform_support.customer_channel_moves",
        "platform_support.customer_timing_state",
        "platform_support.forecasting_release",
        "platform_support.global_holdout",
        "platform_support.payment_timing_validations",
        "platform_support.payment_windows_scored",
        "platform_support.region_bill_days",
    ),
    writes=(KEPT, ROUNDS, VOLUMES, JUDGED),
)
