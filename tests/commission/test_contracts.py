"""Contracts that contradict are refused, each fault with its file and line, in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dagster_project.lib.commission.contracts import (
    FILE,
    ContractTermsError,
    in_force,
    read_contracts,
)
from dagster_project.lib.commission.terms import COLUMNS
from dagster_project.lib.deliveries.messages import in_language
from dagster_project.lib.run import run_everything
from dagster_project.settings import PROJECT_ROOT, Settings, load_settings

WECHAT_1 = "w-1,wechat,2024-01-01,2024-12-31,whole_month,0,0.6,0,0,,,"
WECHAT_2 = "w-2,wechat,2025-01-01,,whole_month,0,0.38,0,0,,0.01,25"


def _project(folder: Path, *rows: str, header: str = ",".join(COLUMNS)) -> Path:
    file = folder / "dbt" / FILE
    file.parent.mkdir(parents=True)
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder / "dbt"


def test_the_declared_contracts_are_accepted() -> None:
    assert {tier.channel_code for tier in read_contracts(PROJECT_ROOT / "dbt")} == {
        "agency", "alipay", "app", "bank_withholding", "wechat",
    }  # fmt: skip


def test_one_contract_is_in_force_on_the_last_day_and_the_next_on_the_day_after(
    tmp_path: Path,
) -> None:
    tiers = read_contracts(_project(tmp_path, WECHAT_1, WECHAT_2))
    days = date(2024, 12, 31), date(2025, 1, 1)
    assert [[tier.contract_id for tier in in_force(tiers, day)] for day in days] == [
        ["w-1"],
        ["w-2"],
    ]


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ((WECHAT_1, WECHAT_2.replace("2025-01-01", "2025-01-02")), 3, "a gap"),
        ((WECHAT_1, WECHAT_2.replace("2025-01-01", "2024-12-31")), 3, "overlap"),
        ((WECHAT_1.replace("2024-12-31", ""), WECHAT_2), 3, "open end: they overlap"),
        ((WECHAT_2, WECHAT_2.replace(",0,0.38", ",0,0.2")), 3, "order the tiers"),
        ((WECHAT_2.replace(",0,0.38", ",100,0.38"),), 2, "expected 0"),
        ((WECHAT_2.replace("0.01,25", "30,25"),), 2, "cap_yuan 25 is below floor_yuan 30"),
        ((WECHAT_1.replace("2024-12-31", "2023-12-31"),), 2, "lies before valid_from"),
        ((WECHAT_1.replace("0.6", "-0.6"),), 2, "rate_pct is '-0.6'"),
        ((WECHAT_1.replace("0.6", "much"),), 2, "rate_pct is 'much'"),
        ((WECHAT_1.replace("2024-01-01", "1.1.2024"),), 2, "expected a day"),
        ((WECHAT_1.replace("whole_month", "sometimes"),), 2, "whole_month, marginal"),
        ((WECHAT_1.replace("w-1", ""),), 2, "contract_id is empty"),
        (
            (WECHAT_2, WECHAT_2.replace("whole_month,0", "marginal,100")),
            3,
            "differ from its first tier's",
        ),
    ],
)
def test_a_contradiction_is_refused_with_its_line(
    tmp_path: Path, rows: tuple[str, ...], line: int, words: str
) -> None:
    with pytest.raises(ContractTermsError) as raised:
        read_contracts(_project(tmp_path, *rows))
    assert f"dbt/seeds/channel_contracts.csv:{line}: " in raised.value.said.en
    assert words in raised.value.said.en
    assert f"channel_contracts.csv:{line}：" in raised.value.said.zh
    assert in_language(str(raised.value), "zh") == raised.value.said.zh


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    rows = (WECHAT_1.replace("0.6", "x"), WECHAT_2.replace("0.38", "y"))
    with pytest.raises(ContractTermsError) as raised:
        read_contracts(_project(tmp_path, *rows))
    assert len(raised.value.said.en.splitlines()) == 2


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    header = ",".join(column for column in COLUMNS if column != "tier_rule")
    with pytest.raises(ContractTermsError, match="the columns tier_rule are missing"):
        read_contracts(_project(tmp_path, WECHAT_1, header=header))


def test_a_run_with_contradicting_contracts_builds_and_lands_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = _project(tmp_path, WECHAT_1, WECHAT_2.replace("2025-01-01", "2025-02-01"))
    monkeypatch.setattr(Settings, "dbt_project", property(lambda _: project))
    settings = load_settings(tmp_path / "home")
    with pytest.raises(ContractTermsError, match="a gap"):
        run_everything(settings, as_of=date(2025, 12, 31))
    assert not settings.warehouse.exists()
    assert not settings.landing.exists()
