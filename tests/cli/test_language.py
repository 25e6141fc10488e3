"""Sentences in the language of the locale or of ``--lang``; headings always in both."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from typer.testing import CliRunner

from dagster_project.cli.main import app, commands
from dagster_project.cli.messages import DECISIONS, MESSAGES, MODELS
from dagster_project.lib.languages import both
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
    files: dict[str, str | bytes] = {
        "payments_20250331.csv": payments(payment(1), payment(1), payment(2, amount_yuan="x"))
    }
    land(tmp_path, files)
    [snapshot] = publish_generations(tmp_path, 1)
    output = _status(tmp_path, [])
    assert "数据源" in output
    assert re.search(r"payments +1 +3 +1 +1 +1 +0", output)
    assert re.search(r"payments +2025-03-31 +2025-03-10 +296", output)
    assert re.search(r"payments +invalid_amount +not an amount of money +1", output)
    assert re.search(r"payments +invalid_amount +金额无效 +1", _status(tmp_path, ["--lang", "zh"]))
    assert "accounted for (逐行对账): yes" in output
    assert snapshot.snapshot_id in output


def test_brackets_in_a_path_are_printed_as_they_are(tmp_path: Path) -> None:
    home = tmp_path / "[red]a"
    build(home)
    assert str(home) in _status(home, [])


def test_the_families_of_models_bear_the_names_of_their_declarations() -> None:
    from dagster_project.lib.models.families import FAMILIES

    assert {family.name: (family.title_en, family.title_zh) for family in FAMILIES} == MODELS
    assert all(CHINESE.search(chinese) for _, chinese in DECISIONS.values())


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "source 'none' has no contract"), ("zh", "数据源 'none' 没有契约")]
)
def test_an_expected_error_is_told_in_the_chosen_language(
    tmp_path: Path, lang: str, said: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = tmp_path / "profiles"
    folder.mkdir()
    text = "name: mine\nsource: none\ndescription: {en: x, zh: x}\nfiles: x\ncolumns: {}\n"
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["", "profiles", "--home", str(tmp_path), "--lang", lang])
    with pytest.raises(SystemExit):
        app()
    told = capsys.readouterr().err.replace("错误", "")
    assert said in told
    assert bool(CHINESE.search(told)) is (lang == "zh")


def test_a_file_is_told_of_in_the_chosen_language(tmp_path: Path) -> None:
    land(tmp_path, {"unknown.csv": "x\n"})
    for lang, said in (("en", "No profile matches the name"), ("zh", "没有来源配置与文件名")):
        done = CliRunner().invoke(commands, ["status", "--home", str(tmp_path), "--lang", lang])
        assert said in done.stderr
        assert bool(CHINESE.search(done.stderr)) is (lang == "zh")


@pytest.mark.parametrize(
    ("message", "english", "chinese"),
    [
        ("a file\n一个文件", "a file", "一个文件"),
        ("one\ntwo\n一\n二", "one\ntwo", "一\n二"),
        ("dbt says\nso", "dbt says\nso", "dbt says\nso"),
        ("", "", ""),
    ],
)
def test_a_message_is_halved_only_if_its_second_half_is_chinese(
    message: str, english: str, chinese: str
) -> None:
    assert both(message) == (english, chinese)
