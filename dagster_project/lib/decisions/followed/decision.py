"""Windows published on earlier days against the payments that came; today's are kept for later.

Kept are the windows of a fixed sample for a quarter. Judged is before today's are added.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from dagster_project.lib.decisions.followed.judging import hit_rows
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
IS_KEPT = """
select count(*) from information_schema.tables where table_schema = ? and table_name = ?
"""
NO_WINDOWS = "no windows are published today (今日无已发布的窗口)"


def decide(work: Work) -> Decided:
    """Judge what was kept, and keep today's."""
    day = work.as_of.isoformat()
    counted: list[dict[str, Any]] = []
    if scalar(work.connection, IS_KEPT, [DECIDED, KEPT]):
        counted = read(work.connection, HIT, {"as_of": day}).to_pylist()
    backtested = read(work.connection, BACKTESTED).to_pylist()
    rows = hit_rows(counted, backtested, work.as_of)
    customers = int(scalar(work.connection, CUSTOMERS))
    taken = min(BUCKETS, max(1, BUCKETS * SAMPLE // max(customers, 1)))
    today = read(work.connection, TODAY, {"as_of": day, "buckets": BUCKETS, "taken": taken})
    return Decided(
        {
            KEPT: Scored(today, "" if len(today) else NO_WINDOWS, kept_by="predicted_on"),
            JUDGED: Scored(pa.Table.from_pylist(rows)),
        }
    )


FOLLOWED = DecisionSpec(
    name="predictions_followed",
    title_en="what became of predictions",
    title_zh="预测与实际对照",
    decide=decide,
    reads=(
        "data_processing.int_payments_matched",
        "platform_support.customer_timing_state",
        "platform_support.payment_timing_validations",
        "platform_support.payment_windows_scored",
    ),
    writes=(KEPT, JUDGED),
)
