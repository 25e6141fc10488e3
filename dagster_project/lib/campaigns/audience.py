"""The audience of a campaign: whom it is for, who is left out and why, arms, days of contact.

All of it is set-based SQL on the open warehouse, in temporary tables; the same declaration on the
same warehouse gives the same audience, row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.lib.campaigns.declaration import Campaign
from dagster_project.lib.campaigns.draws import DRAWS, digest_sql, padded_keys, uniform_sql
from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.tables import read
from dagster_project.lib.warehouse.connection import scalar

OVER_BUDGET = "over_budget"
CONDITIONS = {  # SQL per criterion; the values are bound
    "regions": "list_contains($regions::varchar[], people.region_code)",
    "customer_types": "list_contains($customer_types::varchar[], people.customer_type)",
    "main_channels": "list_contains($main_channels::varchar[], profiles.main_channel_code)",
    "tags_held": "(select count(distinct tag_code) from decided.customer_tags as tags "
    "where tags.customer_id = people.customer_id "
    "and list_contains($tags_held::varchar[], tags.tag_code)) = len($tags_held::varchar[])",
    "tags_not_held": "not exists (select 1 from decided.customer_tags as tags "
    "where tags.customer_id = people.customer_id "
    "and list_contains($tags_not_held::varchar[], tags.tag_code))",
    "is_guided_to_target": "exists (select 1 from decided.channel_guidance as guidance "
    "where guidance.customer_id = people.customer_id "
    "and guidance.recommended_channel_code = $target)",
}
NEEDS = {
    "tags_held": "decided.customer_tags",
    "tags_not_held": "decided.customer_tags",
    "is_guided_to_target": "decided.channel_guidance",
}
ALWAYS = (
    "data_processing.int_customers_versioned", "platform_support.global_holdout",
    "decided.campaign_audience",
)  # fmt: skip


@dataclass(frozen=True)
class Audience:
    """The customers of a campaign, and how many were left out by reason."""

    rows: pa.Table  # one row per customer: arm, stratum, day of contact
    suppressed: dict[str, int]
    wanted: int  # customers who meet the declared conditions


def draw_audience(
    connection: duckdb.DuckDBPyConnection, campaign: Campaign, today: date
) -> Audience:
    """Select, suppress, randomise and schedule; leaves the temporary table ``scheduled``.

    Raises:
        CampaignError: the warehouse lacks a table that the declaration needs, or nobody is left.
    """
    _require_tables(connection, campaign)
    values = _values(campaign, today)
    conditions = [sql for name, sql in CONDITIONS.items() if getattr(campaign.audience, name)]
    _run(connection, "candidates", values, conditions=" and ".join(conditions) or "true")
    counted = connection.execute(
        "select coalesce(suppressed_by, ''), count(*) from candidates group by all order by all"
    ).fetchall()
    suppressed = dict(counted)
    eligible = suppressed.pop("", 0)
    if not eligible:
        raise _nobody(campaign, suppressed)
    contacts = _randomise_within_budget(connection, campaign, values, eligible)
    _run(connection, "scheduled", values)
    rows = read(connection, "select * exclude (tracked_code) from scheduled")
    assert contacts <= campaign.contacts_affordable
    if eligible > len(rows):
        suppressed[OVER_BUDGET] = eligible - len(rows)
    return Audience(rows, suppressed, eligible + sum(n for _, n in counted if _))


def _randomise_within_budget(
    connection: duckdb.DuckDBPyConnection,
    campaign: Campaign,
    values: dict[str, Any],
    eligible: int,
) -> int:
    """Randomise so many customers that the budget pays for every contact; the count of contacts.

    Strata round their arms, so a first try can be some contacts over the budget.
    """
    affordable = campaign.contacts_affordable
    limit = affordable / (1 - campaign.holdout_share)
    while True:
        share = min(1.0, max(limit, 1) / eligible)
        _run(connection, "randomised", values | {"share": share}, **_draws())
        contacts = int(scalar(connection, "select count(*) from randomised where arm <> 'holdout'"))
        if contacts <= affordable:
            return contacts
        limit -= max(contacts - affordable, 1)


def _draws() -> dict[str, str]:
    """The SQL of the draws that ``randomised`` needs."""
    own = {name: uniform_sql("digest", number) for number, name in enumerate(DRAWS)}
    return own | {
        "digest": digest_sql("customer_id::varchar"),
        "stratum_digest": digest_sql("'stratum/' || stratum"),
        "u_stratum": uniform_sql("stratum_digest"),
        "creative_digest": digest_sql("'creative/' || arm || '/' || stratum"),
        "u_creative": uniform_sql("creative_digest"),
    }


def _values(campaign: Campaign, today: date) -> dict[str, Any]:
    window = campaign.arms.get("window", 0.0)
    return {
        **{name: list(getattr(campaign.audience, name)) for name in CONDITIONS
           if name != "is_guided_to_target"},
        **padded_keys(campaign.key),
        "today": today, "assigned_on": today, "starts_on": campaign.starts_on,
        "gap_days": campaign.contact_gap_days, "cycle_days": campaign.cycle_days,
        "target": campaign.target_channel, "means": campaign.means, "code": campaign.code,
        "version": campaign.version, "tracked_code": campaign.tracked_code,
        "contents": sorted(campaign.contents),
        "window_to": window, "random_to": window + campaign.arms.get("random_day", 0.0),
    }  # fmt: skip


def _run(
    connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any], **parts: str
) -> None:
    """Run the statement beside this module, with the values that it names."""
    text = (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8").format(**parts)
    connection.execute(text, {key: value for key, value in values.items() if f"${key}" in text})


def _require_tables(connection: duckdb.DuckDBPyConnection, campaign: Campaign) -> None:
    wanted = {*ALWAYS, *(NEEDS[name] for name in NEEDS if getattr(campaign.audience, name))}
    there = {
        name
        for (name,) in connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
    }
    for table in sorted(wanted - there):
        raise CampaignError(
            Bilingual(
                f"The warehouse has no table {table}, from which the audience is drawn. Run "
                "`jiaofei run` first.",
                f"数据仓库中没有确定受众所需的表 {table}。请先运行 `jiaofei run`。",
            )
        )


def _nobody(campaign: Campaign, suppressed: dict[str, int]) -> CampaignError:
    left_out = sum(suppressed.values())
    return CampaignError(
        Bilingual(
            f"Campaign {campaign.code} has no audience: {left_out} customers meet its conditions, "
            f"and all of them are suppressed {suppressed}. Widen the audience, or see that "
            "customers have been delivered.",
            f"活动 {campaign.code} 没有受众：符合条件的 {left_out} 户全部被排除 {suppressed}。"
            "请放宽条件，或确认已交付用户档案。",
        )
    )
