"""Every reason and every message exists in English and in Chinese."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from dagster_project.lib.deliveries import messages, reasons
from dagster_project.lib.deliveries.messages import Bilingual, in_language, joined
from dagster_project.lib.deliveries.profiles import ProfileError, load_profiles
from dagster_project.lib.deliveries.reasons import describe
from dagster_project.settings import PROJECT_ROOT, load_settings
from tests.builders import assert_balanced, counts, land, ledger

CHINESE = re.compile("[\u4e00-\u9fff]")
CODE = PROJECT_ROOT / "dagster_project" / "lib" / "deliveries"
SENTENCES = messages.FILES | messages.PROFILES
PROFILE = "name: mine\nsource: payments\ndescription: {en: x, zh: x}\nfiles: 'x'\n"


def _names(text: str) -> set[str]:
    return {name.removesuffix(".en").removesuffix(".zh")
            for _, name, _, _ in Formatter().parse(text) if name}  # fmt: skip


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_of_a_sentence_say_the_same_values(code: str) -> None:
    english, chinese = SENTENCES[code]
    assert _names(english) == _names(chinese)
    assert CHINESE.search(chinese)


@pytest.mark.parametrize("code", sorted(reasons.REASONS))
def test_every_reason_is_described_in_both_languages(code: str) -> None:
    assert not CHINESE.search(describe(code))
    assert CHINESE.search(describe(code, "zh"))


def test_every_reason_that_the_code_gives_is_in_the_catalogue() -> None:
    text = "".join(path.read_text() for path in CODE.rglob("*.py") if path.name != "reasons.py")
    given = set(re.findall(r'UnreadableFileError\(\s*"(\w+)"', text))
    given |= set(re.findall(r'_rule\([^)]*, "(\w+)"\)', text))
    given |= set(re.findall(r'marker\(\s*"(\w+)"|_line\w*\(block\), "(\w+)"', text)[0])
    assert len(given) > 15
    for reason in given - {""}:
        assert describe(reason) != reason
    for reason in given & set(reasons.FILES):
        assert reason in messages.FILES


def test_a_date_before_another_is_described_by_the_other() -> None:
    assert describe("before_issued_on") == "before issued_on of the same row"
    assert "issued_on" in describe("before_issued_on", "zh")


def test_a_reason_of_another_version_is_given_as_it_is() -> None:
    assert describe("bad_weather", "zh") == "bad_weather"


def test_one_language_can_be_taken_from_a_kept_message() -> None:
    kept = joined([Bilingual("One.", "一。"), Bilingual("Two.", "二。")])
    assert in_language(kept, "en") == "One. Two."
    assert in_language(kept, "zh") == "一。二。"
    assert in_language("older, of one language", "zh") == "older, of one language"
    assert joined([]) == ""


@pytest.mark.parametrize(
    ("rest", "line", "english", "chinese"),
    [
        ("columns: {}\n", 5, "required column 'customer_no' has no mapping", "没有对应关系"),
        ("colour: red\ncolumns: {}\n", 5, "Extra inputs are not permitted", "不认识的配置项"),
        ("columns: {amount: x}\n", 5, "'amount' is not in contract payments", "不在契约"),
        ("totals: [{sum: a}]\ncolumns: {}\n", 5, "a total needs count", "合计项需要"),
        ("fixed_width: {detail: {a: 0}}\ncolumns: {}\n", 5, "greater than 0", "数值过小"),
        (
            "fixed_width: {detail: {a: 1}}\n"
            "columns: {customer_no: b, paid_on: a, amount_yuan: a}\n",
            6, "'b' is not a field of the detail record: a", "不是明细记录的字段",
        ),
        (
            "comment: '#'\nfixed_width: {detail: {a: 1}}\n"
            "columns: {customer_no: a, paid_on: a, amount_yuan: a}\n",
            5, "fixed_width excludes comment", "不能与 comment 并用",
        ),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_used_says_so_in_both_languages(
    tmp_path: Path, rest: str, line: int, english: str, chinese: str
) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "mine.yaml").write_text(PROFILE + rest)
    with pytest.raises(ProfileError) as raised:
        load_profiles(load_settings(tmp_path))
    said = str(raised.value)
    assert said.startswith(f"mine.yaml:{line}: ")
    assert english in in_language(said, "en")
    assert chinese in in_language(said, "zh")
    assert f"第 {line} 行" in said


def test_a_mended_profile_gives_a_rejected_file_another_try(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    path = tmp_path / "profiles" / "mine.yaml"
    shape = (
        "name: mine\nsource: payments\ndescription: {en: x, zh: x}\n"
        "files: 'mine_(?P<delivered_on>\\d{8}).csv'\ncomment: '#'\n"
        "totals: [{pattern: '#(?P<count>\\d+) rows', optional: %s}]\n"
        "columns: {customer_no: c, paid_on: d, amount_yuan: a}\n"
    )
    path.write_text(shape % "false")
    content: str | bytes = "c,d,a\n1000000001,2025-03-10,5.00\n"
    land(tmp_path, {"mine_20250331.csv": content})
    assert ledger(tmp_path)["mine_20250331.csv"]["status"] == "rejected"
    path.write_text(shape % "true")
    land(tmp_path, {})
    assert counts(ledger(tmp_path)["mine_20250331.csv"]) == (1, 1, 0, 0)
    path.write_text((shape % "true").replace("en: x", "en: y"))
    assert land(tmp_path, {}).entries == []
    assert_balanced(tmp_path)
