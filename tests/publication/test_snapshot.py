"""What a snapshot holds, and when there is a new one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.publication import manifest
from dagster_project.lib.publication.audit import snapshot_differences
from dagster_project.lib.publication.history import MANIFEST, PublicationError, current_snapshot
from dagster_project.lib.publication.snapshot import publish
from dagster_project.lib.publication.tables import PersonalDataError, published_tables
from tests.publication.warehouses import AS_OF, build, describe, execute, names, read_current

TABLE = "business_application.channel_efficiency"


def test_a_snapshot_holds_each_table_as_duckdb_and_parquet_and_the_aggregates_as_excel(
    tmp_path: Path,
) -> None:
    settings = build(tmp_path)
    done = publish(settings, as_of=AS_OF)
    assert done.tables == {"channel_efficiency": 50, "customer_payment_profile": 50}
    assert {path.name for path in done.path.iterdir()} == {
        "jiaofei.duckdb", "channel_efficiency.parquet", "customer_payment_profile.parquet",
        "jiaofei.xlsx", MANIFEST,
    }  # fmt: skip
    assert current_snapshot(settings) == done
    assert snapshot_differences(settings) == []
    assert read_current(tmp_path) == {1}


def test_the_parquet_holds_the_rows_of_the_warehouse(tmp_path: Path) -> None:
    settings = build(tmp_path)
    parquet = publish(settings, as_of=AS_OF).path / "channel_efficiency.parquet"
    with duckdb.connect(str(settings.warehouse)) as connection:
        left = connection.execute(
            f"select count(*) from (from {TABLE} except all from read_parquet('{parquet}'))"
        ).fetchall()
    assert left == [(0,)]


def test_a_snapshot_cannot_be_written_and_keeps_the_storage_of_old_readers(
    tmp_path: Path,
) -> None:
    done = publish(build(tmp_path), as_of=AS_OF)
    path = done.path / "jiaofei.duckdb"
    assert {oct(file.stat().st_mode)[-3:] for file in done.path.iterdir()} == {"444"}
    with duckdb.connect(str(path), read_only=True) as connection:
        with pytest.raises(duckdb.InvalidInputException):
            connection.execute(f"delete from {TABLE}")
        [(tags,)] = connection.execute(
            "select tags from duckdb_databases() where not internal"
        ).fetchall()
    assert tags["storage_version"].startswith("v1.4.0")


def test_tables_and_columns_carry_their_descriptions(tmp_path: Path) -> None:
    settings = build(tmp_path)
    describe(settings, "One row per channel (渠道效能).", {"amount_yuan": "It's money (金额)"})
    path = publish(settings, as_of=AS_OF).path / "jiaofei.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        comments = connection.execute(
            "select comment from duckdb_tables() where comment is not null union all "
            "select comment from duckdb_columns() where comment is not null"
        ).fetchall()
    assert comments == [("One row per channel (渠道效能).",), ("It's money (金额)",)]


def test_the_same_content_again_writes_nothing(tmp_path: Path) -> None:
    settings = build(tmp_path)
    first = publish(settings, as_of=AS_OF)
    places = [*first.path.iterdir(), first.path, settings.published / "current"]
    before = [os.lstat(path) for path in places]
    execute(settings, f"create or replace table {TABLE} as from {TABLE} order by paid_on desc")
    assert publish(settings, as_of=AS_OF) == first
    after = [os.lstat(path) for path in places]
    assert [(s.st_ino, s.st_mtime_ns) for s in after] == [(s.st_ino, s.st_mtime_ns) for s in before]


@pytest.mark.parametrize(
    "change",
    [
        f"update {TABLE} set amount_yuan = 0 where channel_code = 'channel_1'",
        f"delete from {TABLE} where channel_code = 'channel_1'",
        f"insert into {TABLE} from {TABLE} limit 1",
        f"alter table {TABLE} add column note varchar",
        "create table business_application.another as select 1 as one",
    ],
)
def test_another_content_is_another_snapshot(tmp_path: Path, change: str) -> None:
    settings = build(tmp_path)
    first = publish(settings, as_of=AS_OF)
    execute(settings, change)
    second = publish(settings, as_of=AS_OF)
    assert second.snapshot_id != first.snapshot_id
    assert second.published_order == first.published_order + 1
    assert current_snapshot(settings) == second
    assert snapshot_differences(settings) == []


def test_another_description_is_another_snapshot(tmp_path: Path) -> None:
    settings = build(tmp_path)
    first = publish(settings, as_of=AS_OF)
    describe(settings, "One row per channel (渠道).", {})
    assert publish(settings, as_of=AS_OF).snapshot_id != first.snapshot_id


def test_a_personal_column_is_never_published(tmp_path: Path) -> None:
    settings = build(tmp_path)
    execute(settings, f"alter table {TABLE} add column customer_no varchar")
    with pytest.raises(PersonalDataError, match=r"channel_efficiency.*customer_no"):
        publish(settings, as_of=AS_OF)
    assert names(tmp_path) == set()


def test_an_empty_warehouse_is_not_published(tmp_path: Path) -> None:
    settings = build(tmp_path)
    execute(settings, "drop schema business_application cascade")
    with pytest.raises(PublicationError, match="no business table"):
        publish(settings, as_of=AS_OF)


def test_names_that_sql_reserves_are_published(tmp_path: Path) -> None:
    settings = build(tmp_path)
    execute(settings, 'create table business_application."order" as select 1 as "select"')
    assert publish(settings, as_of=AS_OF).tables["order"] == 1


def test_a_table_of_no_rows_is_published_and_differs_from_one_row_of_nulls(tmp_path: Path) -> None:
    settings = build(tmp_path)
    execute(settings, f"delete from {TABLE}")
    with duckdb.connect(str(settings.warehouse)) as connection:
        empty = published_tables(connection)[0].content_hash
        connection.execute(f"insert into {TABLE} values (null, null, null, null)")
        assert published_tables(connection)[0].content_hash != empty
        connection.execute(f"delete from {TABLE}")
    assert publish(settings, as_of=AS_OF).tables["channel_efficiency"] == 0


def test_the_manifest_traces_tables_checks_and_code(tmp_path: Path) -> None:
    settings = build(tmp_path)
    describe(settings, "One row per channel (渠道效能).", {})
    results = [
        {"unique_id": "model.jiaofei.channel_efficiency", "status": "success", "failures": None},
        {"unique_id": "test.jiaofei.amounts_reconcile.1f", "status": "pass", "failures": 0},
    ]
    text = json.dumps({"results": results})
    (settings.dbt_build / "run_results.json").write_text(text, encoding="utf-8")
    done = publish(settings, as_of=AS_OF)
    content = json.loads((done.path / MANIFEST).read_text(encoding="utf-8"))
    assert content["checks"] == [{"check": "amounts_reconcile", "status": "pass", "failures": 0}]
    assert content["tables"]["channel_efficiency"]["columns"]["amount_yuan"] == "DECIMAL(18,2)"
    assert len(content["code"]["dbt_models_sha256"]) == 64
    assert content["assumptions"]


def test_a_machine_without_git_publishes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest.shutil, "which", lambda name: None)
    done = publish(build(tmp_path), as_of=AS_OF)
    content = json.loads((done.path / MANIFEST).read_text(encoding="utf-8"))
    assert content["code"]["commit"] == "unknown"
