"""A launch is for good, and nobody is exported twice."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as parquet
import pytest

from dagster_project.lib.campaigns.export import export_contacts, repeat_export
from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.campaigns.launch import launch_campaign
from dagster_project.lib.campaigns.launched import Launched, all_launched
from dagster_project.lib.deliveries.accounting import landed_as_booked, unbalanced
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.settings import Settings
from tests.campaigns.worlds import CODE, TODAY, declared, make_home

Home = tuple[Settings, Launched]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    settings = make_home(tmp_path / "home")
    launched, is_new = launch_campaign(settings, declared(settings), accept_low_power=True)
    assert is_new
    return settings, launched


def test_a_second_launch_changes_nothing(home: Home) -> None:
    settings, launched = home
    before = launched.audience.read_bytes()
    again, is_new = launch_campaign(settings, declared(settings))
    assert not is_new
    assert again.audience.read_bytes() == before
    assert len(Ledger(settings.ledger).rows("select * from delivery")) == 3


def test_a_campaign_edited_after_its_launch_is_refused_and_a_new_version_draws_anew(
    home: Home,
) -> None:
    settings, launched = home
    with pytest.raises(CampaignError, match=r"example.yaml:\d+: version: 1 found; expected 2"):
        launch_campaign(settings, declared(settings, budget_yuan="1999.00"))
    second, _ = launch_campaign(settings, declared(settings, version="2"), accept_low_power=True)
    assert second.campaign.tracked_code == f"{CODE}-V2"
    assert [item.campaign.version for item in all_launched(settings)] == [1, 2]
    assert not launched.audience.stat().st_mode & 0o222


def test_an_audience_that_was_changed_after_the_launch_is_refused(home: Home) -> None:
    settings, launched = home
    launched.audience.chmod(0o600)
    parquet.write_table(parquet.read_table(launched.audience).slice(1), launched.audience)
    with pytest.raises(CampaignError, match="is not what was launched"):
        all_launched(settings)


def test_a_launch_is_landed_with_its_assignments_and_the_ledger_balances(home: Home) -> None:
    settings, launched = home
    assert unbalanced(settings) == []
    assert landed_as_booked(settings) == []
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select campaign_code, customer_id, arm, contact_event, happened_on from "
            f"read_parquet('{settings.landing}/campaign_contacts/*/*/*.parquet') order by 2"
        ).fetchall()
    audience = parquet.read_table(launched.audience).to_pylist()
    assert rows == [(CODE, row["customer_id"], row["arm"], "assigned", TODAY) for row in audience]


def test_the_drawn_creative_is_landed_with_the_version_and_exported_with_its_text(
    tmp_path: Path,
) -> None:
    settings = make_home(tmp_path / "home")
    text = "{plain: {zh: 甲, en: A}, saving: {zh: 乙}}"
    second = declared(settings, version="2", contents=text)
    launched, _ = launch_campaign(settings, second, accept_low_power=True)
    with duckdb.connect() as connection:
        landed = dict(
            connection.execute(
                "select customer_id, content_code from "
                f"read_parquet('{settings.landing}/campaign_contacts/*/*/*.parquet')"
            ).fetchall()
        )
        versions = connection.execute(
            "select campaign_code, campaign_version, content_code from "
            f"read_parquet('{settings.landing}/campaigns/*/*/*.parquet')"
        ).fetchall()
    audience = parquet.read_table(launched.audience).to_pylist()
    assert landed == {row["customer_id"]: row["content_code"] for row in audience}
    assert set(landed.values()) == {None, "plain", "saving"}
    assert versions == [(f"{CODE}-V2", 2, None)]
    rows = _csv(export_contacts(settings, launched).folder)
    assert {(row["content_code"], row["content_text"]) for row in rows} == {
        ("plain", "甲"), ("saving", "乙"),
    }  # fmt: skip


def _csv(folder: str) -> list[dict[str, str]]:
    path = Path(folder) / "contacts.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_exported_twice_is_contacted_once(home: Home) -> None:
    settings, launched = home
    first = export_contacts(settings, launched, date(2026, 1, 12))
    second = export_contacts(settings, launched)
    third = export_contacts(settings, launched)
    assert (third.number, third.contacts) == (0, 0)
    numbers = [row["customer_no"] for export in (first, second) for row in _csv(export.folder)]
    assert len(numbers) == len(set(numbers)) == first.contacts + second.contacts
    assert third.exported_before == len(numbers)
    planned = parquet.read_table(launched.audience).to_pylist()
    contacted = {f"N{row['customer_id']}" for row in planned if row["arm"] != "holdout"}
    unreachable = {f"N{row['customer_id']}" for row in planned
                   if row["arm"] != "holdout" and row["customer_id"] % 50 == 2}  # fmt: skip
    assert set(numbers) == contacted - unreachable
    assert third.unreachable == len(unreachable) > 0


def test_again_gives_the_same_customers_even_when_the_files_were_deleted(home: Home) -> None:
    settings, launched = home
    export = export_contacts(settings, launched)
    before = (Path(export.folder) / "contacts.csv").read_bytes()
    assert repeat_export(settings, launched, None) == export
    (Path(export.folder) / "contacts.csv").unlink()
    assert repeat_export(settings, launched, None) == export
    assert (Path(export.folder) / "contacts.csv").read_bytes() == before
    with pytest.raises(CampaignError, match="has no export 7"):
        repeat_export(settings, launched, 7)


def test_an_export_is_its_owners_alone_and_holds_no_formula(home: Home) -> None:
    settings, launched = home
    export = export_contacts(settings, launched)
    assert launched.exports.stat().st_mode & 0o777 == 0o700
    for path in Path(export.folder).iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path.name
    phones = {row["customer_no"]: row["phone"] for row in _csv(export.folder)}
    escaped = [phone for phone in phones.values() if "8613800000000" in phone]
    assert escaped
    assert set(escaped) == {"'+8613800000000"}
    assert set(_csv(export.folder)[0]) == {
        "campaign_code", "customer_no", "phone", "contact_means", "contact_on",
        "contact_hour_band", "content_code", "content_text",
    }  # fmt: skip
    book = openpyxl.load_workbook(Path(export.folder) / "contacts.xlsx", read_only=True)
    cells = list(next(iter(book)).iter_rows(min_row=3))
    assert len(cells) == export.contacts
    assert all(cell.data_type == "s" for row in cells for cell in row if cell.value is not None)


def test_who_opted_out_after_the_launch_is_not_exported(home: Home) -> None:
    settings, launched = home
    chosen = next(
        row["customer_id"]
        for row in parquet.read_table(launched.audience).to_pylist()
        if row["arm"] == "window" and row["customer_id"] % 50 != 2
    )
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            "insert into data_processing.stg_landing__campaign_contacts "
            "values ('OTHER', ?, 'opted_out', date '2025-12-31')",
            [chosen],
        )
    export = export_contacts(settings, launched)
    assert export.opted_out == 1
    assert f"N{chosen}" not in {row["customer_no"] for row in _csv(export.folder)}


def test_nothing_is_planned_on_a_build_that_was_not_published(home: Home) -> None:
    settings, launched = home
    Ledger(settings.ledger).write("update build set landed_sequence = ? where kind = ?",
                                  [9, "warehouse"])  # fmt: skip
    with pytest.raises(CampaignError, match="was not published"):
        export_contacts(settings, launched)
