"""Real ratings of payment instruments: published ranks, and the robustness of eight instruments."""

from __future__ import annotations

from pathlib import Path

from tests.builders import SHARED, needs_real_data
from tests.evaluation.fuzzy import diary_evaluation, published_ranks, ranks_matched, rows
from tests.evaluation.rows import Inputs


def test_figures_whose_data_are_absent_say_so(tmp_path: Path) -> None:
    found = rows(Inputs(tmp_path, tmp_path))
    assert [row.bar for row in found] == ["data absent"] * 2
    assert all(row.met is None and row.value is None for row in found)


@needs_real_data
def test_memberships_by_answer_shares_give_at_least_88_of_the_90_published_ranks() -> None:
    matched, total = ranks_matched(SHARED)
    assert total == 90
    assert matched >= 88


@needs_real_data
def test_the_published_table_has_six_criteria_in_five_years() -> None:
    assert len(published_ranks(SHARED)) == 30


@needs_real_data
def test_eight_instruments_are_ranked_with_a_stated_verdict_each_year() -> None:
    result = diary_evaluation(SHARED)
    table = result.units
    assert len(table) == 24
    assert (table.groupby("period")["rank"].max() == 8).all()
    assert (table["is_robust"] == table["reason_en"].str.startswith("robust")).all()
    assert table["tau_topsis"].gt(0.7).all()
