"""The published snapshots: which there are, which is current, going back, forgetting old ones."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dagster_project.settings import Settings

LINK = "current"
LOCK = ".lock"
MANIFEST = "MANIFEST.json"
DATABASE = "jiaofei.duckdb"
PARTIAL = ".partial"


class PublicationError(RuntimeError):
    """Nothing was published or switched; the snapshot that was current still is."""


@dataclass(frozen=True)
class Snapshot:
    """One published snapshot; ``tables`` gives the rows of each table."""

    snapshot_id: str
    path: Path
    as_of: date
    published_order: int
    tables: dict[str, int]


def read_snapshot(path: Path) -> Snapshot:
    """Read what a snapshot directory says of itself."""
    content = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    return Snapshot(
        content["snapshot_id"],
        path,
        date.fromisoformat(content["as_of"]),
        content["published_order"],
        {name: table["rows"] for name, table in content["tables"].items()},
    )


def list_snapshots(settings: Settings) -> list[Snapshot]:
    """All whole snapshots, in the order of their publication."""
    found = [
        read_snapshot(path.parent)
        for path in settings.published.glob(f"*/{MANIFEST}")
        if not path.parent.name.startswith(".") and not path.parent.is_symlink()
    ]
    return sorted(found, key=lambda snapshot: snapshot.published_order)


def current_snapshot(settings: Settings) -> Snapshot | None:
    """The snapshot that readers open; None before the first publication."""
    link = settings.published / LINK
    return read_snapshot(link.resolve()) if link.exists() else None


@contextmanager
def switching(settings: Settings) -> Iterator[None]:
    """Let one process at a time choose or remove snapshots; held for moments, never for a build."""
    settings.published.mkdir(parents=True, exist_ok=True)
    with (settings.published / LOCK).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def switch(settings: Settings, snapshot_id: str) -> None:
    """Make a snapshot current by one atomic rename of the link; a link that is right is kept."""
    link = settings.published / LINK
    if link.is_symlink() and str(link.readlink()) == snapshot_id:
        return
    fresh = settings.published / f".{LINK}{PARTIAL}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(snapshot_id, target_is_directory=True)
    fresh.replace(link)
    sync_folder(settings.published)


def sync_folder(folder: Path) -> None:
    """Make renames in the folder survive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rollback(settings: Settings, to: str | None = None) -> Snapshot:
    """Make an earlier snapshot current: ``to``, or the one published before the current.

    A run need not be waited for: what it publishes becomes current when it ends.

    Raises:
        PublicationError: there is no such snapshot; the message lists those there are.
    """
    current = current_snapshot(settings)
    if current is None and to is None:
        raise PublicationError("Nothing is published yet. Run `jiaofei run` first.")
    with switching(settings):
        chosen = _chosen(list_snapshots(settings), current, to)
        switch(settings, chosen.snapshot_id)
    return chosen


def _chosen(snapshots: list[Snapshot], current: Snapshot | None, to: str | None) -> Snapshot:
    names = ", ".join(snapshot.snapshot_id for snapshot in snapshots) or "none"
    if to is not None:
        matching = [s for s in snapshots if s.snapshot_id == to]
        if not matching:
            raise PublicationError(
                f"No snapshot is named {to!r}. Kept are: {names}. Name one of them."
            )
        return matching[0]
    assert current
    earlier = [s for s in snapshots if s.published_order < current.published_order]
    if not earlier:
        raise PublicationError(
            f"No snapshot was published before {current.snapshot_id}. Kept are: {names}. "
            "Name one of them, or publish another with `jiaofei run` first."
        )
    return earlier[-1]


def prune(settings: Settings) -> list[str]:
    """Remove all but the last ``snapshots_kept`` snapshots, never the current one.

    At least one is kept, whatever the setting says.
    """
    kept = max(settings.snapshots_kept, 1)
    current = current_snapshot(settings)
    removed = []
    for snapshot in list_snapshots(settings)[:-kept]:
        if current and snapshot.snapshot_id == current.snapshot_id:
            continue
        remove_folder(snapshot.path)
        removed.append(snapshot.snapshot_id)
    return removed


def remove_folder(path: Path) -> None:
    """Remove a snapshot; renamed first, so that nobody meets half of it."""
    if not path.name.startswith("."):
        hidden = path.with_name(f".{path.name}{PARTIAL}")
        path.chmod(0o755)
        path.rename(hidden)
        path = hidden
    path.chmod(0o755)
    shutil.rmtree(path)
