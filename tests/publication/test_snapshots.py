"""Snapshots: whole or absent, the same for the same content, and a way back."""

from __future__ import annotations

import errno
import json
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from dagster_project.lib.publication import snapshot as publishing
from dagster_project.lib.publication.audit import snapshot_differences
from dagster_project.lib.publication.history import (
    DATABASE,
    MANIFEST,
    PublicationError,
    current_snapshot,
    list_snapshots,
    rollback,
)
from dagster_project.lib.publication.snapshot import publish
from dagster_project.lib.publication.tables import PersonalDataError
from dagster_project.lib.publication.workbook import split_title
from dagster_project.settings import Settings, declare, load_settings

DAY = date(2025, 3, 31)


def _warehouse(settings: Settings, *queries: str) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema if not exists business_application")
        for query in queries:
            connection.execute(query)


def _table(rows: str, name: str = "channel_efficiency") -> str:
    return (
        f"create or replace table business_application.{name} as "
        f"select * from (values {rows}) as t(channel_code, paid_month, amount_yuan)"
    )


def _row(text: str, amount: str = "1.50") -> str:
    return f"('{text}', date '2025-03-01', {amount}::decimal(18,2))"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    _warehouse(load_settings(tmp_path), _table(_row("wechat")))
    return load_settings(tmp_path)


def test_the_same_content_is_the_same_snapshot_whatever_the_order_of_rows(
    settings: Settings,
) -> None:
    _warehouse(settings, _table(f"{_row('a')}, {_row('b')}"))
    first = publish(settings, as_of=DAY)
    written = (first.path / MANIFEST).stat().st_mtime_ns
    _warehouse(settings, _table(f"{_row('b')}, {_row('a')}"))
    second = publish(settings, as_of=DAY)
    assert second == first
    assert (second.path / MANIFEST).stat().st_mtime_ns == written


def test_a_snapshot_is_read_only_and_holds_what_it_states(settings: Settings) -> None:
    done = publish(settings, as_of=DAY)
    assert done.tables == {"channel_efficiency": 1}
    assert snapshot_differences(settings) == []
    assert {path.stat().st_mode & 0o777 for path in done.path.iterdir()} == {0o444}
    stated = json.loads((done.path / MANIFEST).read_text(encoding="utf-8"))
    assert stated["tables"]["channel_efficiency"]["columns"]["amount_yuan"] == "DECIMAL(18,2)"
    with duckdb.connect(str(done.path / DATABASE), read_only=True) as connection:
        [(tags,)] = connection.execute(
            "select tags from duckdb_databases() where database_name = 'jiaofei'"
        ).fetchall()
        assert tags.get("storage_version", "v1.4.0+").startswith("v1.4.0")


def test_a_full_disk_keeps_the_old_snapshot_and_leaves_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = publish(settings, as_of=DAY)
    _warehouse(settings, _table(_row("alipay")))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(publishing, "write_workbook", full)
    with pytest.raises(PublicationError, match="disk is full"):
        publish(settings, as_of=DAY)
    assert current_snapshot(settings) == old
    names = {path.name for path in settings.published.iterdir()}
    assert names - {".lock"} == {"current", old.snapshot_id}


def test_leftovers_of_a_killed_publication_are_removed(settings: Settings) -> None:
    leftover = settings.published / ".2025-03-30-abc.partial"
    leftover.mkdir(parents=True)
    (leftover / "half.parquet").write_bytes(b"PAR1")
    publish(settings, as_of=DAY)
    assert not leftover.exists()


def test_rollback_goes_one_back_or_to_a_name_and_lists_what_there_is(settings: Settings) -> None:
    first = publish(settings, as_of=DAY)
    _warehouse(settings, _table(_row("alipay")))
    second = publish(settings, as_of=DAY)
    assert rollback(settings) == first
    assert current_snapshot(settings) == first
    assert rollback(settings, second.snapshot_id) == second
    with pytest.raises(PublicationError, match=first.snapshot_id):
        rollback(settings, "2020-01-01-nothing")


def test_rollback_without_publication_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="jiaofei run"):
        rollback(load_settings(tmp_path))


def test_the_last_snapshots_are_kept_and_the_current_always(settings: Settings) -> None:
    declare(settings.home, snapshots_kept=2)
    settings = load_settings(settings.home)
    done = []
    for number in range(4):
        _warehouse(settings, _table(_row(f"channel{number}")))
        done.append(publish(settings, as_of=DAY))
    assert list_snapshots(settings) == done[-2:]


def test_the_workbook_is_headed_in_both_languages_and_runs_no_formula(settings: Settings) -> None:
    _warehouse(
        settings,
        _table(_row("=1+1", "12.30")),
        "create or replace table business_application.customer_tags as select 1 as customer_id",
    )
    done = publish(settings, as_of=DAY)
    book = openpyxl.load_workbook(done.path / "jiaofei.xlsx")
    assert book.sheetnames == ["目录 Index", "channel_efficiency"]
    sheet = book["channel_efficiency"]
    assert sheet["A2"].value == "channel_code"
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=1+1", "s")
    assert sheet["B4"].value.date() == date(2025, 3, 1)
    assert sheet["C4"].value == 12.3


def test_a_description_gives_both_titles() -> None:
    assert split_title("Days from bill (出账天数)", "days") == ("Days from bill", "出账天数")
    assert split_title("", "days") == ("days", "days")


def test_a_personal_column_is_never_published(settings: Settings) -> None:
    _warehouse(settings, "create table business_application.leak as select '1' as customer_no")
    with pytest.raises(PersonalDataError, match="customer_no"):
        publish(settings, as_of=DAY)
    assert current_snapshot(settings) is None
