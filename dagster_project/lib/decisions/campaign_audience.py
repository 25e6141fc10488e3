"""The audiences of launched campaigns as tables, read from their frozen files."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as parquet

from dagster_project.lib.campaigns.launched import Launched, all_launched
from dagster_project.lib.decisions.campaign_plots import audience_plots, suppression_plots
from dagster_project.lib.decisions.spec import Checked, CheckOfDecision, Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

NOTHING_LAUNCHED = "no campaign has been launched (尚未启动任何活动)"
CHECK = "launched_audiences_are_landed"
LANDED = """
select campaign_code, count(*) as customers
from data_processing.stg_landing__campaign_contacts
where contact_event = 'assigned' group by campaign_code
"""


def decide(work: Work) -> Decided:
    """Every launched audience, and how many customers were left out of it by reason."""
    launched = [item for item in all_launched(work.settings) if item.launched_on <= work.as_of]
    landed = {
        row["campaign_code"]: row["customers"] for row in read(work.connection, LANDED).to_pylist()
    }
    because = "" if launched else NOTHING_LAUNCHED
    audiences, left_out = _audiences(launched), _suppressions(launched)
    small = work.settings.small_cell_customers
    tables = {
        "campaign_audience": Scored(
            audiences, because, plots=audience_plots(audiences, small) if audiences else {}
        ),
        "campaign_suppressions": Scored(
            left_out, because, plots=suppression_plots(left_out, small) if left_out else {}
        ),
    }
    missing = {
        item.campaign.tracked_code: item.record["plan"]["audience"]
        for item in launched
        if landed.get(item.campaign.tracked_code) != item.record["plan"]["audience"]
    }
    return Decided(tables, {CHECK: Checked(not missing, {"not_landed": str(missing)})})


def _audiences(launched: list[Launched]) -> pa.Table | None:
    tables = [_audience(item) for item in launched]
    return pa.concat_tables(tables) if tables else None


def _audience(launched: Launched) -> pa.Table:
    rows = parquet.read_table(launched.audience)
    code = pa.array([launched.campaign.tracked_code] * len(rows), pa.string())
    return rows.append_column("tracked_code", code)


def _suppressions(launched: list[Launched]) -> pa.Table | None:
    rows = [
        {
            "campaign_code": item.campaign.code,
            "campaign_version": item.campaign.version,
            "reason": reason,
            "customers": customers,
        }
        for item in launched
        for reason, customers in sorted(item.record["plan"]["suppressed"].items())
    ]
    return pa.Table.from_pylist(rows) if rows else None


CAMPAIGN_AUDIENCE = DecisionSpec(
    name="campaign_audience",
    title_en="Audiences of campaigns",
    title_zh="活动受众",
    decide=decide,
    reads=("data_processing.stg_landing__campaign_contacts",),
    writes=("campaign_audience", "campaign_suppressions"),
    checks=(
        CheckOfDecision(
            CHECK,
            "campaign_audience",
            "Every launched audience is landed in full, so that its effect can be measured "
            "(活动受众均已入库).",
        ),
    ),
)
