"""Exporting the contacts of a launched campaign: whoever was exported is not exported again.

Every export is a numbered folder that appears by one rename, the files together with the ledger of
the customers in them; the folder is its owner's alone.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb

from dagster_project.lib.campaigns.contact_files import PRIVATE, write_files
from dagster_project.lib.campaigns.contact_list import DUE, PERSONAL, make_contact_list
from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.campaigns.launched import Launched
from dagster_project.lib.campaigns.warehouse import audited_warehouse
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.deliveries.validation import literal
from dagster_project.lib.warehouse.connection import scalar, writer_lock
from dagster_project.settings import Settings

OWN_FOLDER = 0o700
RECORD, LEDGER = "export.json", "ledger.parquet"


@dataclass(frozen=True)
class Export:
    """One export; the counts are of the planned contacts up to ``until``."""

    number: int  # 0: nothing was new, no file was written
    folder: str
    exported_on: str
    until: str
    contacts: int
    exported_before: int
    opted_out: int  # withheld: they want no contact any more
    missed: int  # withheld: their day lies before today
    unreachable: int  # withheld: no contact data was delivered


def export_contacts(settings: Settings, launched: Launched, until: date | None = None) -> Export:
    """Write the contacts that no earlier export holds, up to the day ``until`` (default: all).

    Raises:
        CampaignError: there is no contact data, or nothing is published.
    """
    last = until or launched.campaign.ends_on
    with writer_lock(settings), audited_warehouse(settings) as (connection, today):
        make_contact_list(connection, settings, launched, last, today)
        number = 1 + max(_numbers(launched), default=0)
        export = _counted(connection, launched, number, today, last)
        if export.contacts:
            _write(connection, launched, export)
    return export


def repeat_export(settings: Settings, launched: Launched, number: int | None) -> Export:
    """The files of an earlier export once more (default: the newest): same customers, none new.

    Raises:
        CampaignError: there is no such export.
    """
    numbers = _numbers(launched)
    chosen = max(numbers, default=0) if number is None else number
    if chosen not in numbers:
        raise CampaignError(
            Bilingual(
                f"Campaign {launched.campaign.tracked_code} has no export {chosen}; there are: "
                f"{numbers or 'none'}. Export it without --again first.",
                f"活动 {launched.campaign.tracked_code} 没有第 {chosen} 次导出；现有：{numbers}。"
                "请先不带 --again 导出。",
            )
        )
    folder = launched.exports / f"{chosen:03}"
    export = Export(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
    if not all((folder / name).exists() for name in ("contacts.csv", "contacts.xlsx")):
        _rewrite(settings, launched, folder, export)
    return export


def _counted(
    connection: duckdb.DuckDBPyConnection,
    launched: Launched,
    number: int,
    today: date,
    until: date,
) -> Export:
    """Every planned contact once, under the first reason that withholds it."""
    [(contacts, before, opted_out, missed, unreachable)] = connection.execute(
        f"select count(*) filter (where {DUE}), count(*) filter (where is_exported), "
        "count(*) filter (where not is_exported and is_opted_out), "
        "count(*) filter (where not is_exported and not is_opted_out and is_missed), "
        "count(*) filter (where not is_exported and not is_opted_out and not is_missed "
        "and is_unreachable) from contact_list"
    ).fetchall()
    folder = launched.exports / f"{number:03}"
    return Export(
        number if contacts else 0, str(folder) if contacts else "", today.isoformat(),
        until.isoformat(), contacts, before, opted_out, missed, unreachable,
    )  # fmt: skip


def _write(connection: duckdb.DuckDBPyConnection, launched: Launched, export: Export) -> None:
    launched.exports.mkdir(mode=OWN_FOLDER, exist_ok=True)
    launched.exports.chmod(OWN_FOLDER)
    folder = launched.exports / f"{export.number:03}"
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=OWN_FOLDER)
    write_files(connection, _listed(launched, DUE), partial)
    ledger = literal(str(partial / LEDGER))
    connection.execute(
        f"copy (select customer_id, contact_on from contact_list where {DUE} "
        f"order by customer_id) to {ledger} (format parquet)"
    )
    (partial / RECORD).write_text(json.dumps(asdict(export)), encoding="utf-8")
    for path in partial.iterdir():
        path.chmod(PRIVATE)
    partial.rename(folder)


def _rewrite(settings: Settings, launched: Launched, folder: Path, export: Export) -> None:
    """Files that were deleted after use are made again from the ledger."""
    until = date.fromisoformat(export.until)
    with writer_lock(settings), audited_warehouse(settings) as (connection, today):
        make_contact_list(connection, settings, launched, until, today)
        ledger = literal(str(folder / LEDGER))
        chosen = f"customer_id in (select customer_id from read_parquet({ledger}))"
        count = scalar(connection, f"select count(*) from contact_list where {chosen}")
        assert count == export.contacts
        write_files(connection, _listed(launched, chosen), folder)


def _listed(launched: Launched, condition: str) -> str:
    """The query of a contact list, in the order in which contacts are made."""
    personal = "".join(f"{name}, " for name in PERSONAL[launched.campaign.means])
    texts = "".join(
        f"when {literal(code)} then {literal(creative.zh)} "
        for code, creative in launched.campaign.contents.items()
    )
    text = f"case content_code {texts}end" if texts else "null::varchar"
    return (
        f"select {literal(launched.campaign.tracked_code)} as campaign_code, customer_no, "
        f"{personal}{literal(launched.campaign.means)} as contact_means, contact_on, "
        f"contact_hour_band, content_code, {text} as content_text from contact_list "
        f"where {condition} "
        "order by contact_on, customer_no"
    )


def _numbers(launched: Launched) -> list[int]:
    """Numbers of the finished exports."""
    return sorted(int(path.parent.name) for path in launched.exports.glob(f"[0-9]*/{RECORD}"))
