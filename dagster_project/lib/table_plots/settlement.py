"""Commissions: what is owed and what is charged, and where the two differ."""

from __future__ import annotations

from functools import partial

from dagster_project.lib.models.plots import bars
from dagster_project.lib.table_plots.spec import TablePlot

MONTHS = 6
SETTLEMENT = (
    TablePlot(
        "commission_settlement",
        "owed by month and channel, yuan (应付酬金，按月与渠道)",
        f"""
        select
            strftime(settled_month, '%Y-%m') as month,
            channel_code as channel,
            owed_yuan as "owed, yuan"
        from business_application.commission_settlement
        where owed_yuan is not null and settled_month > (
            select max(settled_month) - interval {MONTHS} month
            from business_application.commission_settlement
        )
        order by all
        """,
        partial(bars, x="month", y="owed, yuan", color="channel"),
    ),
    TablePlot(
        "commission_differences",
        "orders with a wrong fee by reason (手续费有误的订单，按原因)",
        """
        select channel_code as channel, reason_code as reason, count(*) as orders
        from business_application.commission_differences
        group by all order by all
        """,
        partial(bars, x="channel", y="orders", color="reason"),
    ),
)
