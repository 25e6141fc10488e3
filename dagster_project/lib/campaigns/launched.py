"""Launched campaigns: frozen declaration and audience in ``campaigns/<code>/v<version>/``.

The files are written once, under a name of their own and renamed, and read only with their hash.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dagster_project.lib.campaigns.declaration import Campaign
from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.campaigns.reading import Declared, read_text
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.settings import Settings

DECLARATION, AUDIENCE, LAUNCH = "declaration.yaml", "audience.parquet", "launch.json"


@dataclass(frozen=True)
class Launched:
    """One launched version; ``record`` is the content of its ``launch.json``."""

    folder: Path
    campaign: Campaign
    record: dict[str, Any]

    @property
    def launched_on(self) -> date:
        """The as-of day of the launch."""
        return date.fromisoformat(self.record["launched_on"])

    @property
    def audience(self) -> Path:
        """The frozen audience."""
        return self.folder / AUDIENCE

    @property
    def exports(self) -> Path:
        """Folder of its contact lists; holds clear contact data, mode 700."""
        return self.folder / "exports"


def launched_folder(settings: Settings, campaign: Campaign) -> Path:
    """Where a version lies once it is launched."""
    return settings.campaigns / campaign.code / f"v{campaign.version}"


def all_launched(settings: Settings) -> list[Launched]:
    """Every launched version, in the order of their launch.

    Raises:
        CampaignError: a frozen file was changed.
    """
    found = [_read(path.parent) for path in settings.campaigns.glob(f"*/v*/{LAUNCH}")]
    return sorted(found, key=lambda item: (item.launched_on, item.campaign.tracked_code))


def find_launched(settings: Settings, campaign: Campaign) -> Launched | None:
    """The launched version of this declaration, if it was launched."""
    folder = launched_folder(settings, campaign)
    return _read(folder) if (folder / LAUNCH).exists() else None


def require_unedited(declared: Declared, launched: Launched) -> None:
    """A launched declaration stays as it was; a change is a new version.

    Raises:
        CampaignError: the file differs from the frozen one.
    """
    if declared.sha256 == launched.record["sha256"][DECLARATION]:
        return
    version = declared.campaign.version
    line = declared.lines.get(("version",), declared.lines.get(("code",), 1))
    name = declared.path.name
    raise CampaignError(
        Bilingual(
            f"{name}:{line}: version: {version} found; expected {version + 1}: version {version} "
            f"was launched on {launched.launched_on} and this file was edited since. Write the "
            f"next version, or restore the file from {launched.folder / DECLARATION}.",
            f"{name} 第 {line} 行：version：现为 {version}，应为 {version + 1}：版本 {version} "
            f"已于 {launched.launched_on} 启动，此后文件被修改。请提高版本号，或从 "
            f"{launched.folder / DECLARATION} 恢复。",
        )
    )


def sha256_of(path: Path) -> str:
    """Hexadecimal digest of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _read(folder: Path) -> Launched:
    record = json.loads((folder / LAUNCH).read_text(encoding="utf-8"))
    for name, digest in record["sha256"].items():
        if not (folder / name).exists() or sha256_of(folder / name) != digest:
            raise CampaignError(
                Bilingual(
                    f"{folder / name} is not what was launched (its hash in {LAUNCH} differs). "
                    "Restore it from a backup: an audience is never changed after its launch.",
                    f"{folder / name} 与启动时不一致（{LAUNCH} 中的哈希不同）。"
                    "请从备份恢复：受众启动后不得更改。",
                )
            )
    path = folder / DECLARATION
    declared = read_text(path, path.read_text(encoding="utf-8"))
    return Launched(folder, declared.campaign, record)
