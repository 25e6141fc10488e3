"""Which delivered files have arrived and are not landed yet, and which of them are complete."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import date

from dagster_project.lib.deliveries.discovery import Delivery, find_deliveries
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.profiles import load_profiles
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Arrivals:
    """New files; ``is_settled`` when every one of them has kept its size for long enough."""

    files: list[Delivery]
    is_settled: bool
    sizes: str  # what the next look compares with

    @property
    def run_key(self) -> str:
        """The same for the same files, so that they start one run."""
        return hashlib.sha256(self.sizes.encode()).hexdigest()[:24]

    @property
    def newest_day(self) -> date | None:
        """The latest day that the files were delivered for."""
        return max((item.delivered_on for item in self.files if item.delivered_on), default=None)


def look(settings: Settings, last_sizes: str | None, now: float | None = None) -> Arrivals:
    """Look for new files with a profile.

    A file counts as complete when neither its size nor its modification time has changed since the
    last look, and the latter lies back by the settle time; files that are still being written
    would be loaded half.

    Args:
        settings: of the home.
        last_sizes: ``sizes`` of the last look.
        now: seconds since the epoch; default: now.
    """
    now = time.time() if now is None else now
    settings.deliveries.mkdir(parents=True, exist_ok=True)
    known = {
        (row["path"], row["size"], row["modified_ns"])
        for row in Ledger(settings.ledger).rows(
            "select path, size, modified_ns from seen_file "
            "where sha256 in (select sha256 from delivery)"
        )
    }
    files, sizes, youngest = [], {}, 0.0
    for delivery in find_deliveries(settings.deliveries, load_profiles(settings)):
        status = delivery.path.stat()
        path = str(delivery.path.absolute())
        if (path, status.st_size, status.st_mtime_ns) in known or not delivery.profile:
            continue
        files.append(delivery)
        sizes[delivery.path.name] = [status.st_size, status.st_mtime_ns]
        youngest = max(youngest, status.st_mtime)
    text = json.dumps(sizes, sort_keys=True)
    is_settled = text == last_sizes and now - youngest >= settings.file_settle_seconds
    return Arrivals(files, is_settled, text)


def pending(settings: Settings, day: date) -> list[Delivery]:
    """Files that landing would take in for ``day``."""
    new = look(settings, None).files
    return [item for item in new if item.delivered_on is None or item.delivered_on <= day]
