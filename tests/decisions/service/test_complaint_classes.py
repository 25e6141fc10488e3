"""Complaint texts stay in the restricted store; a text is classified once a classifier."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.lib.decisions.service import complaint_classes
from dagster_project.lib.decisions.service.complaint_classes import TABLE, decide_classes
from dagster_project.lib.decisions.service.complaint_classifier import (
    PARAMETERS,
    VALIDATION,
    decide_classifier,
)
from dagster_project.lib.models.spec import Work

SECRET = "王小明住在永安里说"


def _deliver(work: Work, texts: list[str], delivery: str = "d1", **of: object) -> None:
    folder = work.settings.restricted / "complaints"
    folder.mkdir(parents=True, exist_ok=True)
    first = int(str(of.get("first", 1)))
    numbers = list(range(first, first + len(texts)))
    table = pa.table({"complaint_id": numbers, "complaint_text": texts})
    pq.write_table(table, folder / f"{delivery}.parquet")
    category = of.get("category", "other")
    for number in numbers:
        work.connection.execute(
            "insert into data_processing.stg_landing__complaints values "
            "(?, ?, ?, '2025-12-30', '2025-12-30')",
            [number, delivery, category],
        )


def _keep(work: Work, name: str, rows: pa.Table | None) -> None:
    work.connection.execute(f"delete from decided.{name}")
    if rows is not None:
        work.connection.register("decided_rows", rows)
        work.connection.execute(f"insert into decided.{name} by name select * from decided_rows")
        work.connection.unregister("decided_rows")


def _classes(work: Work) -> pa.Table:
    rows = decide_classes(work).tables[TABLE].rows
    assert isinstance(rows, pa.Table)
    _keep(work, TABLE, rows)
    return rows


def test_too_few_texts_are_left_to_the_dictionary_and_the_sure_ones_only(work: Work) -> None:
    _deliver(work, ["停电到现在没人抢修", "重复扣款要求退款", "同上次的问题"])
    decided = decide_classifier(work).tables
    assert decided[PARAMETERS].rows is None
    assert "至少需要100条" in decided[PARAMETERS].empty_because
    found = _classes(work).to_pylist()
    assert [row["category"] for row in found] == ["outage", "business", "unclassified"]
    assert [row["need_code"] for row in found] == [None, "refund", None]
    assert {row["method"] for row in found} == {"dictionary"}


def test_a_fitted_model_is_stored_judged_and_used(work: Work) -> None:
    texts = [f"{SECRET}停电到现在{n}" for n in range(60)] + [
        f"{SECRET}多收电费{n}" for n in range(60)
    ]
    _deliver(work, texts[:60], "d1", category="outage")
    _deliver(work, texts[60:], "d2", first=61, category="business")
    decided = decide_classifier(work).tables
    _keep(work, PARAMETERS, decided[PARAMETERS].rows)
    judged = {(row["method"], row["category"]): row for row in decided[VALIDATION].rows.to_pylist()}
    assert judged["model", "all"]["accuracy"] == 1
    assert judged["model", "service"]["accuracy"] is None
    found = _classes(work)
    assert found["category"].to_pylist() == ["outage"] * 60 + ["business"] * 60
    for rows in (found, decided[PARAMETERS].rows, decided[VALIDATION].rows):
        assert not [part for part in ("王小明", "小明", "永安里") if part in str(rows.to_pylist())]


def test_only_new_and_redelivered_texts_are_read(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    classified = complaint_classes.classified

    def spy(*given: object) -> pa.Table:
        seen.extend(given[2]["complaint_id"].to_pylist())  # type: ignore[index]
        return classified(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(complaint_classes, "classified", spy)
    _deliver(work, ["停电", "退款"])
    first = _classes(work)
    assert _classes(work).equals(first)
    _deliver(work, ["电压低"], "d2", first=3)
    assert len(_classes(work)) == 3
    assert seen == [1, 2, 3]
    work.connection.execute(
        "update data_processing.stg_landing__complaints set delivery_id = 'd3' "
        "where complaint_id = 1"
    )
    pq.write_table(
        pa.table({"complaint_id": [1], "complaint_text": ["施工电杆挡路"]}),
        work.settings.restricted / "complaints" / "d3.parquet",
    )
    found = {row["complaint_id"]: row["category"] for row in _classes(work).to_pylist()}
    assert found[1] == "grid_construction"
    assert seen == [1, 2, 3, 1]


def test_without_texts_the_tables_are_empty_with_the_reason(work: Work) -> None:
    for decided in (decide_classes(work), decide_classifier(work)):
        for table in decided.tables.values():
            assert table.rows is None
            assert "未提供投诉文本" in table.empty_because
