"""Campaigns as they run: who has paid through the target by day, contacts that do not agree."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dagster_project.lib.models.plots import bars, lines
from dagster_project.lib.table_plots.spec import TablePlot

if TYPE_CHECKING:
    import pandas as pd

SHARE = "paid through the target, %"


def _shares(days: pd.DataFrame) -> str:
    """Counts by day as cumulated shares of the arm."""
    sums = days.groupby("arm")
    share = 100 * sums["paid"].cumsum() / sums["assigned"].transform("sum")
    return lines(days.assign(**{SHARE: share}), "day:T", SHARE, "arm", has_points=False)


CAMPAIGNS = (
    TablePlot(
        "campaign_tracking",
        "newest campaign: paid through the target by day, % (最新活动逐日目标渠道缴费占比)",
        """
        select
            tracked_on::varchar as day,
            arm,
            assigned as assigned,
            paid_through_target as paid
        from business_application.campaign_tracking
        where not is_small_cell and campaign_code = (
            select max_by(campaign_code, (tracked_on, campaign_code))
            from business_application.campaign_tracking
        )
        order by arm, tracked_on
        """,
        _shares,
    ),
    TablePlot(
        "campaign_contact_findings",
        "contacts that do not agree with the audience (与受众不符的触达)",
        """
        select campaign_code as campaign, finding, count(*) as contacts
        from business_application.campaign_contact_findings
        group by all having count(*) >= $small order by all
        """,
        partial(bars, x="campaign", y="contacts", color="finding"),
    ),
)
