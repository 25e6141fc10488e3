"""Figures of the commission settlement: every fee recomputed, every planted wrong fee found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from tests.evaluation.rows import Inputs, Row, measured

# An order is recomputed when its fee by the contract is the true one: the delivered fee where the
# truth plants none, the planted order's right fee where it does.
JUDGED = """
with truth as (
    select order_no::bigint as payment_id, channel_code, right_fee_fen, reason
    from read_parquet($truth)
),
judged as (
    select
        abs(fees.owed_fee_yuan - coalesce(truth.right_fee_fen / 100, fees.delivered_fee_yuan))
            < 0.005 as is_recomputed,
        truth.payment_id is not null as is_planted,
        listed.payment_id is not null as is_listed,
        listed.reason_code = truth.reason as is_explained
    from platform_support.settlement_fees as fees
    left join truth using (payment_id, channel_code)
    left join business_application.commission_differences as listed
        using (payment_id, channel_code)
)
select
    count(*) as orders,
    count(*) filter (where is_recomputed) as recomputed,
    count(*) filter (where is_planted) as planted,
    count(*) filter (where is_listed) as listed,
    count(*) filter (where is_planted and is_listed) as found,
    count(*) filter (where is_explained) as explained
from judged
"""


def settlement_figures(warehouse: Path, truth: Path) -> dict[str, int]:
    """Counts of orders: all, recomputed, planted wrong, listed, both, rightly explained."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(JUDGED, {"truth": str(truth / "wrong_fees.parquet")})
        names = [column[0] for column in found.description]
        values: tuple[Any, ...] = found.fetchall()[0]
        return dict(zip(names, values, strict=True))


def rows(inputs: Inputs) -> list[Row]:
    """The figures of the demo province."""
    warehouse, truth = inputs.home / "warehouse.duckdb", inputs.home / "truth"
    if not warehouse.exists() or not truth.exists():
        return [Row("settlement: demo province", None, "data absent", None, 0.0)]

    def recomputed() -> tuple[str, bool]:
        found = settlement_figures(warehouse, truth)
        whole = found["recomputed"] == found["orders"] > 0
        return f"{found['recomputed']:,} of {found['orders']:,} orders", whole

    def wrong() -> tuple[str, bool]:
        found = settlement_figures(warehouse, truth)
        same = found["planted"] == found["listed"] == found["found"] > 0
        return (
            f"{found['found']} of {found['planted']} planted, {found['listed']} listed, "
            f"{found['explained']} with their true reason",
            same,
        )

    return [
        measured("settlement: commission recomputed", "to 0.01 yuan for 100 % of rows", recomputed),
        measured("settlement: wrong fees found", "precision 1, recall 1", wrong),
    ]
