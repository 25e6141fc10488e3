"""Launching: the plan is drawn once more, frozen, and landed; all of it, or nothing."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from dagster_project.lib.campaigns.booking import book_launched
from dagster_project.lib.campaigns.launched import (
    AUDIENCE,
    DECLARATION,
    LAUNCH,
    Launched,
    find_launched,
    launched_folder,
    require_unedited,
    sha256_of,
)
from dagster_project.lib.campaigns.plan import Plan, make_plan, refuse_low_power
from dagster_project.lib.campaigns.reading import Declared
from dagster_project.lib.campaigns.warehouse import audited_warehouse, known_words
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import Settings

READ_ONLY = 0o444


def plan_campaign(settings: Settings, declared: Declared) -> Plan:
    """The plan as of the warehouse's today.

    Raises:
        CampaignError: the declaration or its audience cannot be used.
    """
    with writer_lock(settings), audited_warehouse(settings) as (connection, today):
        declared.require_sound(known_words(connection))
        return make_plan(connection, declared, today)[0]


def launch_campaign(
    settings: Settings, declared: Declared, accept_low_power: bool = False
) -> tuple[Launched, bool]:
    """Freeze the declaration with its randomised audience, and land it.

    Returns:
        the launched campaign, and whether it was launched now: a second launch of the same
        declaration changes nothing.

    Raises:
        CampaignError: as ``plan_campaign``; or it was edited after its launch; or its power is
            below the declared one.
    """
    with writer_lock(settings):
        there = find_launched(settings, declared.campaign)
        if there is not None:
            require_unedited(declared, there)
            book_launched(settings)  # a launch that was killed before it was landed
            return there, False
        with audited_warehouse(settings) as (connection, today):
            declared.require_sound(known_words(connection))
            plan, audience = make_plan(connection, declared, today)
            if not accept_low_power:
                refuse_low_power(plan)
        _freeze(settings, declared, plan, audience.rows)
        book_launched(settings)
    launched = find_launched(settings, declared.campaign)
    assert launched
    return launched, True


def _freeze(settings: Settings, declared: Declared, plan: Plan, rows: Any) -> None:
    """Write the folder under another name, and rename it: half a launch is no launch."""
    target = launched_folder(settings, declared.campaign)
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    (partial / DECLARATION).write_text(declared.text, encoding="utf-8")
    parquet.write_table(rows, partial / AUDIENCE, compression="zstd")
    record = {
        "launched_on": plan.as_of.isoformat(),
        "tracked_code": declared.campaign.tracked_code,
        "sha256": {name: sha256_of(partial / name) for name in (DECLARATION, AUDIENCE)},
        "plan": dataclasses.asdict(plan),
    }
    text = json.dumps(record, ensure_ascii=False, indent=2, default=str)
    (partial / LAUNCH).write_text(text + "\n", encoding="utf-8")
    for path in partial.iterdir():
        _protect(path)
    partial.rename(target)


def _protect(path: Path) -> None:
    path.chmod(READ_ONLY)
