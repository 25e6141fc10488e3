"""Which delivered files there are, which profile reads each, and for which day it came."""

from __future__ import annotations

import calendar
import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.messages import FILES, sentence
from dagster_project.lib.deliveries.profiles import ProfileError
from dagster_project.lib.deliveries.source_profile import Profile

DATA_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".parquet", ".gz", ".zip")
HASH_BLOCK = 1 << 20


@dataclass(frozen=True)
class Delivery:
    """One delivered file and the profile that reads it (None: no profile matches its name)."""

    path: Path
    profile: Profile | None
    delivered_on: date | None  # None: the name holds no day and the profile declares none
    part: str = ""
    is_dated: bool = False

    @property
    def slot(self) -> str:
        """Deliveries of one slot replace one another: source, profile, day and part."""
        assert self.profile
        if not self.is_dated:
            return f"{self.profile.source}/{self.profile.name}/{self.path.name}"
        return f"{self.profile.source}/{self.profile.name}/{self.delivered_on}/{self.part}"


def find_deliveries(
    folder: Path, profiles: list[Profile], only_profile: str | None = None
) -> list[Delivery]:
    """List the data files of ``folder`` (or the one file), oldest delivery first.

    With ``only_profile``, files that it does not match are left alone; when it matches none,
    every data file is read with it, since whoever names a profile knows what the files are.

    Raises:
        ProfileError: no profile bears that name.
        FileNotFoundError: the folder does not exist.
    """
    if not folder.exists():
        raise FileNotFoundError(str(sentence(FILES, "no_folder", folder=folder)))
    paths = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    files = [p for p in paths if p.name.lower().endswith(DATA_ENDINGS) and not _is_hidden(p)]
    if only_profile is None:
        found = [_match(path, profiles) for path in files]
    else:
        profile = next((item for item in profiles if item.name == only_profile), None)
        if profile is None:
            known = ", ".join(item.name for item in profiles)
            raise ProfileError("unknown_profile", name=only_profile, known=known)
        matched = [_match(path, [profile]) for path in files]
        found = [item for item in matched if item.profile] or [
            Delivery(path, profile, profile.as_of) for path in files
        ]
    return sorted(found, key=_order)


def _order(delivery: Delivery) -> tuple[date, int, str]:
    """Customers and bills first, so that a day's payments find them."""
    first = ("customers", "bills")
    source = delivery.profile.source if delivery.profile else ""
    rank = first.index(source) if source in first else len(first)
    return (delivery.delivered_on or date.max, rank, delivery.path.name)


def _is_hidden(path: Path) -> bool:
    """Files that a writer has not finished are hidden or end in .part, .tmp and the like."""
    return path.name.startswith((".", "~$"))


def _match(path: Path, profiles: list[Profile]) -> Delivery:
    for profile in profiles:
        match = re.fullmatch(profile.files, path.name)
        if match:
            groups = match.groupdict()
            digits = groups.get("delivered_on")
            day = _day(digits) if digits else None
            if digits and day is None:
                continue
            part = groups.get("part") or ""
            return Delivery(path, profile, day or profile.as_of, part, is_dated=day is not None)
    return Delivery(path, None, None)


def _day(digits: str) -> date | None:
    """``20240105`` is a day; ``202401`` stands for the month's last day."""
    try:
        year, month = int(digits[:4]), int(digits[4:6])
        if len(digits) == 6:
            return date(year, month, calendar.monthrange(year, month)[1])
        return date(year, month, int(digits[6:8]))
    except (ValueError, calendar.IllegalMonthError):
        return None


def content_hash(path: Path, ledger: Ledger) -> tuple[str, bool]:
    """SHA-256 of the file, and whether it was written since it was last looked at.

    The hash is remembered by path, size and modification time.
    """
    status = path.stat()
    known = ledger.rows(
        "select sha256 from seen_file where path = ? and size = ? and modified_ns = ?",
        [str(path.absolute()), status.st_size, status.st_mtime_ns],
    )
    if known:
        return str(known[0]["sha256"]), False
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    ledger.write(
        "insert or replace into seen_file values (?, ?, ?, ?)",
        [str(path.absolute()), status.st_size, status.st_mtime_ns, digest],
    )
    return digest, True
