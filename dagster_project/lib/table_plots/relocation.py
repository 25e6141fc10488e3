"""Moves of customers between channels: by month, by pair, and how long they last."""

from __future__ import annotations

from functools import partial

from dagster_project.lib.models.plots import bars, heat, lines
from dagster_project.lib.table_plots.spec import TablePlot

RELOCATION = (
    TablePlot(
        "customer_relocation",
        "moves of six months by new channel (近半年迁移，按新渠道)",
        """
        select
            strftime(moved_on, '%Y-%m') as month,
            to_channel_code as channel,
            count(*) as moves
        from business_application.customer_relocation
        where moved_on > (
            select max(moved_on) - interval 6 month from business_application.customer_relocation
        )
        group by all having count(*) >= $small order by all
        """,
        partial(bars, x="month", y="moves", color="channel"),
    ),
    TablePlot(
        "channel_relocation",
        "moves of the last twelve months by pair of channels (近十二个月渠道间迁移)",
        """
        select from_channel_code as "from", to_channel_code as "to", sum(moves) as moves
        from business_application.channel_relocation
        where moved_month > (
            select max(moved_month) - interval 12 month
            from business_application.channel_relocation
        )
        group by all having sum(moves) >= $small order by all
        """,
        partial(heat, x="to", y="from", value="moves"),
    ),
    TablePlot(
        "relocation_hazard",
        "still there, % by bill since the move (仍在新渠道占比，按迁移后账单)",
        """
        select
            bill_number as "bill since the move",
            to_channel_code as channel,
            still_there_pct as "still there, %"
        from business_application.relocation_hazard
        where still_there_pct is not null order by all
        """,
        partial(
            lines, x="bill since the move", y="still there, %", color="channel", has_points=False
        ),
    ),
)
