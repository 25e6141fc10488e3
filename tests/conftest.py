"""One home for the whole test run: definitions read theirs when they are imported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dagster_project.lib.instance import prepare_instance
from dagster_project.settings import Settings, declare, load_settings, use

FIRST_DAY = date(2025, 11, 29)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with no deliveries; the process's own from here on."""
    folder: Path = tmp_path_factory.mktemp("home")
    declare(folder, first_partition=FIRST_DAY, file_settle_seconds=0)
    settings = load_settings(folder)
    prepare_instance(settings)
    use(settings)
    return settings


def write_payments(settings: Settings, day: date, count: int = 20, part: str = "") -> Path:
    """Deliver ``count`` payments of ``day`` in the standard format."""
    rows = [
        f"P{day:%Y%m%d}{number:04d},{1000000000 + number},{day} 09:{number % 60:02d}:00,"
        f"{50 + number}.50,{('wechat', 'counter')[number % 2]}"
        for number in range(count)
    ]
    header = "payment_no,customer_no,paid_at,amount_yuan,channel_code"
    path = settings.deliveries / f"payments_{day:%Y%m%d}{part}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path
