"""Pictures of the commission plan: fees by month, the frontier, responses, and what was asked.

Words inside a picture are English, for not every machine has Chinese fonts.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from dagster_project.lib.models import plots
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read
from ml.commission import Frontier

LEVEL_95 = 1.959964
SETTLED = """
select
    settled_month::varchar as month,
    sum(owed_fees_yuan)::double as owed,
    sum(delivered_fees_yuan)::double as charged
from business_application.commission_settlement
where orders > 0
group by month order by month
"""


def of_settled(work: Work) -> dict[str, str]:
    """Fees owed by the contracts against fees charged, by month; nothing without settlements."""
    data = read(work.connection, SETTLED).to_pandas()
    if data.empty:
        return {}
    long = data.melt("month", ["owed", "charged"], "fees", "yuan")
    return {
        "fees owed and charged (应付与实收手续费)": plots.lines(long, "month:T", "yuan:Q", "fees")
    }


def of_frontier(found: Frontier) -> dict[str, str]:
    """Saving against the largest cut, with its interval."""
    data = pd.DataFrame(
        [
            {"largest cut, %": cut, "saving, yuan a year": best.saving.mean(),
             "low": pd.Series(best.saving).quantile(0.025),
             "high": pd.Series(best.saving).quantile(0.975)}
            for cut, best in zip(found.cuts_pct, found.plans, strict=True)
            if best.conflict is None
        ]
    )  # fmt: skip
    if data.empty:
        return {}
    drawn = plots.fan(data, "largest cut, %", "saving, yuan a year", (("low", "high"),))
    return {"saving against the largest cut of a partner (节约与合作方降幅)": drawn}


def of_responses(rows: pa.Table) -> dict[str, str]:
    """Response of a channel's share to its commission, with its interval and its basis."""
    data = rows.to_pandas()
    basis = data["is_assumed"].map({True: "assumed", False: "estimated"})
    mean, half = data["response_per_point"], LEVEL_95 * data["response_sd"]
    shown = pd.DataFrame(
        {
            "channel": data["channel_code"] + ", " + basis,
            "ln share per percentage point": mean,
            "low": mean - half,
            "high": mean + half,
        }
    ).dropna()
    if shown.empty:
        return {}
    drawn = plots.intervals(shown, "low", "ln share per percentage point", "high", "channel")
    return {"response to commission (对酬金的反应)": drawn}


def of_schedule(rows: pa.Table) -> dict[str, str]:
    """Commission of a year by channel, at present and by the schedule."""
    data = rows.to_pandas().drop_duplicates("channel_code")
    long = data.rename(
        columns={
            "channel_code": "channel",
            "present_commission_yuan": "at present",
            "expected_commission_yuan": "expected",
        }
    ).melt("channel", ["at present", "expected"], "commission", "yuan a year")
    shown = long.dropna().assign(which=long["channel"] + ", " + long["commission"])
    if shown.empty:
        return {}
    drawn = plots.bars(shown.sort_values("which"), "yuan a year", "which", "commission")
    return {"commission by channel, yuan a year (各渠道酬金)": drawn}
