"""Landing whatever is new in a folder of deliveries, file by file, each in its own transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet

from dagster_project.lib.deliveries import pseudonyms
from dagster_project.lib.deliveries.contracts import load_contracts
from dagster_project.lib.deliveries.discovery import Delivery, content_hash, find_deliveries
from dagster_project.lib.deliveries.landing.job import Landing, delivery_id
from dagster_project.lib.deliveries.landing.steps import land
from dagster_project.lib.deliveries.ledger import Entry, Ledger
from dagster_project.lib.deliveries.messages import FILES, sentence
from dagster_project.lib.deliveries.places import settle
from dagster_project.lib.deliveries.profiles import load_profiles
from dagster_project.lib.warehouse.connection import engine_config
from dagster_project.settings import Settings

UNRECOGNISED = "unrecognised"


@dataclass
class LandingReport:
    """What one landing did."""

    as_of: date
    entries: list[Entry] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # files delivered after the as-of date
    seconds: float = 0.0

    def of_source(self, source: str) -> list[Entry]:
        """Entries of one source."""
        return [entry for entry in self.entries if entry.source == source]


def newest_day(settings: Settings, folder: Path, only_profile: str | None) -> date | None:
    """The latest day for which something recognised was delivered."""
    found = find_deliveries(folder, load_profiles(settings), only_profile)
    return max((item.delivered_on for item in found if item.delivered_on), default=None)


def land_deliveries(
    settings: Settings,
    *,
    as_of: date,
    folder: Path | None = None,
    only_profile: str | None = None,
    sources: Collection[str] | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> LandingReport:
    """Land every file that is new and was delivered by ``as_of``; call with the writer lock held.

    Args:
        settings: of the home.
        as_of: the declared today; later deliveries wait, undated files count as of this day.
        folder: of deliveries, or one file; default: the home's.
        only_profile: name of the one profile to read with.
        sources: land only these; default: all.
        progress: told one line per landed file.
    """
    begin = time.monotonic()
    ledger = Ledger(settings.ledger)
    settle(settings, ledger)
    report = LandingReport(as_of)
    settings.deliveries.mkdir(parents=True, exist_ok=True)
    found = find_deliveries(folder or settings.deliveries, load_profiles(settings), only_profile)
    with duckdb.connect(config=engine_config(settings)) as connection:
        connection.execute("set preserve_insertion_order = false")
        pseudonyms.prepare(connection)
        key = pseudonyms.load_key(settings)
        for delivery in found:
            if sources is not None and _source(delivery) not in sources:
                continue
            if delivery.delivered_on and delivery.delivered_on > as_of:
                report.waiting.append(delivery.path.name)
                continue
            started = time.monotonic()
            entry = _land_if_new(settings, ledger, connection, key, delivery, as_of)
            if entry:
                report.entries.append(entry)
                progress(_line(entry, time.monotonic() - started))
    if report.entries or not (settings.landing / "delivery_ledger.parquet").exists():
        export_ledger(settings, ledger)
    report.seconds = time.monotonic() - begin
    return report


def _source(delivery: Delivery) -> str:
    return delivery.profile.source if delivery.profile else UNRECOGNISED


def _land_if_new(
    settings: Settings,
    ledger: Ledger,
    connection: duckdb.DuckDBPyConnection,
    key: bytes,
    delivery: Delivery,
    as_of: date,
) -> Entry | None:
    sha256, is_fresh = content_hash(delivery.path, ledger)
    profile, source = delivery.profile, _source(delivery)
    digest = profile.digest if profile else ""
    earlier = ledger.rows(
        "select * from delivery where sha256 = ? and source = ? order by landed_sequence",
        [sha256, source],
    )
    # A mended profile gives a rejected file another try; what was landed is landed.
    same = [
        row
        for row in earlier
        if row["file_name"] == delivery.path.name
        and (row["digest"] == digest or row["status"] != "rejected")
    ]
    # A superseded content counts again only when it was delivered anew.
    if same and not (is_fresh and same[-1]["status"] == "superseded"):
        return None
    delivered_on = delivery.delivered_on or as_of
    entry = Entry(
        delivery_id=delivery_id(source, delivered_on, sha256, len(earlier)),
        source=source, profile=profile.name if profile else "", file_name=delivery.path.name,
        sha256=sha256, slot=delivery.slot if profile else "", delivered_on=delivered_on,
        status="loaded", digest=digest,
    )  # fmt: skip
    if profile is None:
        return _book_unrecognised(ledger, entry)
    loaded = next((row for row in earlier if row["status"] == "loaded"), None)
    if loaded is not None:
        return _book_repeated(ledger, entry, loaded["rows_delivered"], loaded["file_name"])
    contract = load_contracts()[source]
    return land(Landing(settings, ledger, connection, key, contract, delivery, entry))


def _book_unrecognised(ledger: Ledger, entry: Entry) -> Entry:
    entry.status = UNRECOGNISED
    entry.message = str(sentence(FILES, "unrecognised", file=entry.file_name))
    ledger.record(entry)
    return entry


def _book_repeated(ledger: Ledger, entry: Entry, rows: int, original: str) -> Entry:
    entry.status = "repeated"
    entry.rows_delivered = entry.rows_duplicate = rows
    entry.message = str(sentence(FILES, "repeated", original=original))
    ledger.record(entry)
    return entry


def _line(entry: Entry, seconds: float) -> str:
    reasons = ", ".join(f"{name} {count}" for name, count in entry.reasons.items())
    return (
        f"{entry.file_name}: {entry.status}, {entry.rows_delivered} delivered = "
        f"{entry.rows_loaded} loaded + {entry.rows_duplicate} duplicate + "
        f"{entry.rows_quarantined} quarantined{f' ({reasons})' if reasons else ''} "
        f"[{seconds:.1f} s]"
    )


def export_ledger(settings: Settings, ledger: Ledger) -> None:
    """Write the ledger as Parquet, where the warehouse reads it."""
    path = settings.landing / "delivery_ledger.parquet"
    partial = path.with_suffix(".partial")
    parquet.write_table(ledger.entries(), partial)
    partial.replace(path)
