"""``jiaofei status`` tells when the weekly decisions were taken and which are due."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dagster_project.cli.main import commands
from dagster_project.cli.messages import WEEKLY_DECISIONS
from dagster_project.lib.decisions.due import DECISION
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.settings import load_settings
from tests.builders import land, payment, payments
from tests.publication.warehouses import AS_OF, build, publish


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A published home: guidance taken today, uplift a week ago, the others never."""
    land(tmp_path, {"payments_20250331.csv": payments(payment(1))})
    settings = build(tmp_path)
    publish(settings, as_of=AS_OF)
    _take(tmp_path, "guidance", AS_OF)
    _take(tmp_path, "uplift", AS_OF - timedelta(days=settings.refit_days))
    return tmp_path


def _take(home: Path, name: str, day: date) -> None:
    Ledger(load_settings(home).ledger).write(
        "insert or replace into build values (?, 0, '', ?)", [DECISION + name, day.isoformat()]
    )


def _call(home: Path, *arguments: str) -> str:
    done = CliRunner().invoke(
        commands, ["status", *arguments, "--home", str(home)], env={"LC_ALL": ""},
        catch_exceptions=False,
    )  # fmt: skip
    assert done.exit_code == 0
    return done.output


def test_the_names_and_titles_are_those_of_the_weekly_decisions() -> None:
    from dagster_project.lib.decisions.registry import DECISIONS

    weekly = {spec.name: (spec.title_en, spec.title_zh) for spec in DECISIONS if spec.is_weekly}
    assert weekly == WEEKLY_DECISIONS


def test_a_decision_is_due_when_it_was_never_taken_or_a_week_ago(home: Path) -> None:
    output = _call(home, "--lang", "en")
    assert re.search(rf"guidance of customers to channels +{AS_OF} +\S+ *\n", output)
    assert re.search(rf"whom a contact moves +\S+ +{AS_OF} +due", output)
    assert re.search(r"commission plan +– +– +due", output)
    assert (
        "Taken at the next run (下次运行执行): commission plan, classifier of complaint texts, "
        "whom a contact moves" in output
    )


def test_the_same_in_chinese(home: Path) -> None:
    output = _call(home, "--lang", "zh")
    assert "下次运行执行的决策：酬金方案、投诉文本分类模型、触达增益" in output
    for name in WEEKLY_DECISIONS:
        _take(home, name, AS_OF)
    week = AS_OF + timedelta(days=7)
    assert f"{week} 之前没有到期的每周决策" in _call(home, "--lang", "zh")


def test_scripts_get_days_and_whether_they_are_due(home: Path) -> None:
    found = {row["decision"]: row for row in json.loads(_call(home, "--json"))["decisions"]}
    assert found.keys() == WEEKLY_DECISIONS.keys()
    assert [found["guidance"][name] for name in ("taken_on", "is_due")] == [str(AS_OF), False]
    assert [found["uplift"][name] for name in ("due_on", "is_due")] == [str(AS_OF), True]
    assert [found["commission"][name] for name in ("taken_on", "is_due")] == [None, True]
    assert found["uplift"]["title"] == {"en": "whom a contact moves", "zh": "触达增益"}


def test_the_status_imports_no_dagster() -> None:
    code = "import sys, dagster_project.cli.status; sys.exit('dagster' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
