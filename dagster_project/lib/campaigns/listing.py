"""What is declared, what is launched, and whether the declarations are sound."""

from __future__ import annotations

from typing import Any

from dagster_project.lib.campaigns.contact_list import exported
from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.campaigns.launched import (
    all_launched,
    find_launched,
    require_unedited,
)
from dagster_project.lib.campaigns.reading import Declared, read_all
from dagster_project.lib.campaigns.rules import Known
from dagster_project.lib.campaigns.warehouse import audited_warehouse, known_words
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.languages import both
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import Settings


def list_campaigns(settings: Settings) -> list[dict[str, Any]]:
    """One row per declared or launched version; state: faulty, declared, launched or edited."""
    rows = {}
    for path, item in read_all(settings).items():
        if isinstance(item, CampaignError):
            rows[path.name, 0] = _row(path.name, 0, "faulty", path.name)
            continue
        campaign = item.campaign
        rows[campaign.code, campaign.version] = _row(
            campaign.code, campaign.version, _state(settings, item), path.name, campaign
        )
    for launched in all_launched(settings):
        campaign = launched.campaign
        name = (campaign.code, campaign.version)
        row = rows.setdefault(name, _row(*name, "launched", "", campaign))
        row["audience"] = launched.record["plan"]["audience"]
        row["exported"] = len(exported(launched))
    return [rows[name] for name in sorted(rows)]


def check_all(settings: Settings) -> dict[str, list[Bilingual]]:
    """The faults of every declaration, by file.

    Tags and regions are judged once something is published; before, nobody knows them.
    """
    known = _known(settings)
    found: dict[str, list[Bilingual]] = {}
    for path, item in read_all(settings).items():
        if isinstance(item, CampaignError):
            found[path.name] = [both(str(item))]
            continue
        found[path.name] = item.faults(known) + _edited(settings, item)
    return found


def _known(settings: Settings) -> Known:
    if not settings.warehouse.exists():
        return Known()
    try:
        with writer_lock(settings), audited_warehouse(settings) as (connection, _):
            return known_words(connection)
    except CampaignError:  # nothing is published yet
        return Known()


def _edited(settings: Settings, declared: Declared) -> list[Bilingual]:
    try:
        launched = find_launched(settings, declared.campaign)
        if launched is not None:
            require_unedited(declared, launched)
    except CampaignError as error:
        return [error.said]
    return []


def _state(settings: Settings, declared: Declared) -> str:
    if find_launched(settings, declared.campaign) is None:
        return "declared"
    return "edited" if _edited(settings, declared) else "launched"


def _row(code: str, version: int, state: str, file: str, campaign: Any = None) -> dict[str, Any]:
    return {
        "code": code,
        "version": version,
        "state": state,
        "target_channel": campaign and campaign.target_channel,
        "means": campaign and campaign.means,
        "starts_on": campaign and campaign.starts_on.isoformat(),
        "ends_on": campaign and campaign.ends_on.isoformat(),
        "audience": None,
        "exported": None,
        "file": file,
    }
