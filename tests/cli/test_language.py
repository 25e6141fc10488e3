"""Sentences in the language of the locale or of ``--lang``; headings always in both."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from typer.testing import CliRunner

from dagster_project.cli.main import commands
from dagster_project.cli.messages import MESSAGES
from tests.builders import land, payment, payments
from tests.publication.warehouses import build, publish_generations

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_both_languages_of_a_sentence_say_the_same_values(key: str) -> None:
    english, chinese = (
        {name for _, name, _, _ in Formatter().parse(text) if name} for text in MESSAGES[key]
    )
    assert english == chinese
    assert CHINESE.search(MESSAGES[key][1])


def _status(home: Path, lang: list[str], **environment: str) -> str:
    environment = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""} | environment
    done = CliRunner().invoke(
        commands, ["status", "--home", str(home), *lang], env=environment, catch_exceptions=False
    )
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.parametrize(
    ("lang", "environment", "is_chinese"),
    [
        ([], {}, False),
        ([], {"LANG": "zh_CN.UTF-8"}, True),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        (["--lang", "zh"], {"LANG": "en_US.UTF-8"}, True),
        (["--lang", "en"], {"LANG": "zh_CN.UTF-8"}, False),
    ],
)
def test_the_option_goes_before_the_locale(
    tmp_path: Path, lang: list[str], environment: dict[str, str], is_chinese: bool
) -> None:
    output = _status(tmp_path, lang, **environment)
    assert output.startswith(str(tmp_path)) is is_chinese
    assert not list(tmp_path.iterdir())


def test_status_shows_balance_freshness_reasons_and_publication(tmp_path: Path) -> None:
    files = {"payments_20250331.csv": payments(payment(1), payment(1), payment(2, amount_yuan="x"))}
    land(tmp_path, files)
    [snapshot] = publish_generations(tmp_path, 1)
    output = _status(tmp_path, [])
    assert "数据源" in output
    assert re.search(r"payments +1 +3 +1 +1 +1 +0", output)
    assert re.search(r"payments +2025-03-31 +2025-03-10 +296", output)
    assert re.search(r"payments +invalid_amount +1", output)
    assert "accounted for (逐行对账): yes" in output
    assert snapshot.snapshot_id in output


def test_brackets_in_a_path_are_printed_as_they_are(tmp_path: Path) -> None:
    home = tmp_path / "[red]a"
    build(home)
    assert str(home) in _status(home, [])
