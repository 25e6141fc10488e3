"""``jiaofei status`` and ``run`` tell of the models: release, last fit, decision, warnings."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dagster_project.cli.main import commands
from dagster_project.lib.run_summary import RunSummary
from tests.builders import land, payment, payments
from tests.publication.warehouses import AS_OF, build, execute, publish

FITS = """
create table business_application.model_validation as from (values
    ('old', 'payment_timing', date '2025-12-01', 7, 'gap', 'promoted', 'better', '更好'),
    ('new', 'payment_timing', date '2025-12-08', 9, 'gap', 'rejected', 'worse', '更差'),
    ('new', 'payment_timing', date '2025-12-08', 9, 'psi', 'rejected', 'worse', '更差'),
    ('new', 'forecasting', date '2025-12-08', 9, 'x', 'refused', 'too short', '历史过短')
) as fits(release_id, model, fitted_on, data_version, metric, decision, reason_en, reason_zh)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a delivery and a published snapshot that knows three fits."""
    land(tmp_path, {"payments_20250331.csv": payments(payment(1))})
    settings = build(tmp_path)
    execute(settings, FITS)
    publish(settings, as_of=AS_OF)
    settings.warehouse.unlink()  # a reader needs the snapshot only
    return tmp_path


def _call(home: Path, *arguments: str) -> str:
    done = CliRunner().invoke(
        commands, [*arguments, "--home", str(home)], env={"LC_ALL": ""}, catch_exceptions=False
    )
    assert done.exit_code == 0
    return done.output


def test_a_rejected_fit_leaves_the_earlier_release_in_force(home: Path) -> None:
    output = _call(home, "status", "--lang", "en")
    assert re.search(r"payment timing +old +2025-12-08 +rejected", output)
    assert re.search(r"forecasts of payments +– +2025-12-08 +refused", output)
    assert "Last fit of payment timing, rejected: worse" in output


def test_the_models_are_told_of_in_chinese(home: Path) -> None:
    output = _call(home, "status", "--lang", "zh")
    assert re.search(r"缴费时间 +old +2025-12-08 +未通过", output)
    assert "缴费预测最近拟合，拒绝拟合：历史过短" in output


def test_scripts_get_the_fits_with_both_reasons(home: Path) -> None:
    fits = {fit["model"]: fit for fit in json.loads(_call(home, "status", "--json"))["models"]}
    assert fits["payment_timing"] == {
        "model": "payment_timing", "release_id": "old", "fitted_on": "2025-12-08",
        "decision": "rejected", "reason_en": "worse", "reason_zh": "更差",
    }  # fmt: skip
    assert fits["forecasting"]["release_id"] is None


def test_of_two_fits_of_the_same_data_the_later_counts(home: Path) -> None:
    settings = build(home)
    execute(
        settings,
        FITS.replace("date '2025-12-01', 7", "date '2025-12-08', 9"),
    )
    publish(settings, as_of=date(2026, 1, 1))
    fits = {fit["model"]: fit for fit in json.loads(_call(home, "status", "--json"))["models"]}
    assert fits["payment_timing"]["decision"] == "rejected"


def test_what_became_of_predictions_is_no_fit(home: Path) -> None:
    settings = build(home)
    followed = """insert into business_application.model_validation values
    ('2025-12-08-guidance', 'channel_guidance', '2025-12-08', null, 'moves', null, 'said', '说明')
    """
    execute(settings, FITS)
    execute(settings, followed)
    publish(settings, as_of=date(2026, 1, 1))
    fits = {fit["model"] for fit in json.loads(_call(home, "status", "--json"))["models"]}
    assert fits == {"payment_timing", "forecasting"}
    assert "channel_guidance" not in _call(home, "status", "--lang", "en")


def test_a_snapshot_from_before_the_models_is_shown_without_them(tmp_path: Path) -> None:
    land(tmp_path, {"payments_20250331.csv": payments(payment(1))})
    publish(build(tmp_path), as_of=AS_OF)
    assert "Models" not in _call(tmp_path, "status")


@pytest.mark.parametrize("as_json", [False, True])
def test_a_run_warns_in_both_languages_of_a_fit_that_was_not_released(
    home: Path, as_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = "The last good models stay.\n沿用上一版模型。"
    asked: list[bool] = []

    def run(settings: object, *, refit: bool, **_: object) -> RunSummary:
        asked.append(refit)
        snapshot = home / "published" / "current"
        return RunSummary(AS_OF, "x", snapshot, tables=[("a", 1, 1.0)], warnings=[warning])

    monkeypatch.setenv("JIAOFEI_HOME", str(home))
    monkeypatch.setattr("dagster_project.lib.run.run_everything", run)
    monkeypatch.setattr("dagster_project.cli.run.use", lambda settings: None)
    monkeypatch.setattr("dagster_project.cli.run._show_channels", lambda *values: None)
    monkeypatch.setattr("logging.disable", lambda level: None)
    done = CliRunner().invoke(
        commands, ["run", "--refit", "--home", str(home), *(["--json"] if as_json else [])]
    )
    assert done.exit_code == 0, done.output
    assert asked == [True]
    assert all(line in done.stderr for line in warning.splitlines())
    if as_json:
        assert json.loads(done.stdout)["warnings"] == [warning]
