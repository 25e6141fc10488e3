"""The few lines of a snapshot that are shown after a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.publication.history import DATABASE, read_snapshot

LINES = 10
# Rates are weighted by payments; hidden cells keep their payments and give nothing else.
CHANNELS = """
with months as (
    select paid_month, row_number() over (order by paid_month desc) as age
    from (select distinct paid_month from business_application.channel_efficiency)
),
latest as (
    select cells.* from business_application.channel_efficiency as cells
    where paid_month = (
        select paid_month from months
        where age = 1 or $as_of >= last_day(paid_month) order by
            $as_of < last_day(paid_month), paid_month desc limit 1
    )
)
select
    paid_month, channel_code, sum(payments)::bigint,
    round(100.0 * sum(payments) / sum(sum(payments)) over (), 1),
    round(sum(all_in_cost_yuan) / sum(payments) filter (all_in_cost_yuan is not null), 2),
    round(100 * sum(all_in_cost_yuan) / sum(amount_yuan) filter (all_in_cost_yuan is not null), 2),
    round(sum(on_time_pct * payments) / sum(payments) filter (on_time_pct is not null), 1),
    round(sum(success_pct * payments) / sum(payments) filter (success_pct is not null), 1),
    round(10000.0 * sum(complaints) / sum(payments) filter (complaints is not null), 2)
from latest group by all order by 3 desc limit $lines
"""


def latest_channels(snapshot: Path) -> tuple[date | None, list[list[Any]]]:
    """The last complete month (else the last) and, per channel, its efficiency.

    Each row: channel, payments, share %, yuan per payment, yuan per 100 yuan, on time %,
    success %, complaints per 10 000 payments.
    """
    as_of = read_snapshot(snapshot).as_of
    with duckdb.connect(str(snapshot / DATABASE), read_only=True) as connection:
        rows = connection.execute(CHANNELS, {"as_of": as_of, "lines": LINES}).fetchall()
    return (rows[0][0] if rows else None, [list(row[1:]) for row in rows])
