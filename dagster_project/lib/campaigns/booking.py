"""Landing of launched campaigns: campaign and assignments become deliveries like any other.

Their rows are pseudonyms already, so they are booked from the frozen files, and no clear customer
number is written; from there on the platform's own campaigns are tracked as delivered ones are.
"""

from __future__ import annotations

import duckdb

from dagster_project.lib.campaigns.launched import AUDIENCE, Launched, all_launched, sha256_of
from dagster_project.lib.deliveries.landing.job import delivery_id
from dagster_project.lib.deliveries.ledger import Entry, Ledger
from dagster_project.lib.deliveries.places import Places, settle
from dagster_project.lib.deliveries.session import export_ledger
from dagster_project.lib.deliveries.validation import literal
from dagster_project.lib.warehouse.connection import engine_config
from dagster_project.settings import Settings

PROFILE = "launched_campaign"
CAMPAIGN = """
select $tracked_code as campaign_code, $name as campaign_name, $objective as objective,
    $target as target_channel_code, $means as contact_means, $starts_on::date as starts_on,
    $ends_on::date as ends_on, $holdout::decimal(18,3) as holdout_share,
    $budget::decimal(18,2) as budget_yuan, $version::bigint as campaign_version,
    null::varchar as content_code, $delivery_id as delivery_id, 1::bigint as source_line,
    $starts_on::date as business_date
"""
ASSIGNMENTS = """
select $tracked_code as campaign_code, customer_id, arm, 'assigned' as contact_event,
    assigned_on as happened_on, null::timestamp as happened_at, content_code,
    $delivery_id as delivery_id,
    row_number() over () as source_line, assigned_on as business_date
from read_parquet({audience})
"""


def book_launched(settings: Settings) -> int:
    """Land what was launched and is not landed yet; call with the writer lock held.

    Returns:
        count of campaigns landed now.
    """
    ledger = Ledger(settings.ledger)
    known = {row["slot"] for row in ledger.rows("select slot from delivery")}
    new = [item for item in all_launched(settings) if _slot(item, "campaigns") not in known]
    if not new:
        return 0
    settle(settings, ledger)
    for item in new:
        _land(settings, ledger, item, "campaign_contacts", ASSIGNMENTS, len_of(item))
        _land(settings, ledger, item, "campaigns", CAMPAIGN, 1)  # last: its slot says it is done
    export_ledger(settings, ledger)
    return len(new)


def len_of(launched: Launched) -> int:
    """Customers of the frozen audience."""
    return int(launched.record["plan"]["audience"])


def _slot(launched: Launched, source: str) -> str:
    return f"{source}/{PROFILE}/{launched.campaign.tracked_code}"


def _land(
    settings: Settings, ledger: Ledger, launched: Launched, source: str, query: str, rows: int
) -> None:
    campaign, day = launched.campaign, launched.launched_on
    digest = sha256_of(launched.folder / AUDIENCE)
    name = delivery_id(source, day, digest, 0)
    business_date = campaign.starts_on if source == "campaigns" else day
    entry = Entry(
        delivery_id=name, source=source, profile=PROFILE,
        file_name=launched.folder.relative_to(settings.home).as_posix() + f"/{AUDIENCE}",
        sha256=digest, slot=_slot(launched, source), delivered_on=day, status="loaded",
        rows_delivered=rows, rows_loaded=rows, days={business_date: rows},
    )  # fmt: skip
    places = Places(settings, source, name)
    places.incoming.mkdir(parents=True, exist_ok=True)
    values = {
        "tracked_code": campaign.tracked_code, "name": campaign.title.zh,
        "objective": campaign.objective.zh, "target": campaign.target_channel,
        "means": campaign.means, "starts_on": campaign.starts_on, "ends_on": campaign.ends_on,
        "holdout": str(round(campaign.holdout_share, 3)), "budget": str(campaign.budget_yuan),
        "version": campaign.version, "delivery_id": name,
    }  # fmt: skip
    text = query.format(audience=literal(str(launched.audience)))
    with duckdb.connect(config=engine_config(settings)) as connection:
        connection.execute(
            f"copy ({text}) to {literal(str(places.incoming_rows))} "
            "(format parquet, partition_by (business_date), compression zstd)",
            {key: value for key, value in values.items() if f"${key}" in text},
        )
    ledger.record(entry)
    places.move_in()
