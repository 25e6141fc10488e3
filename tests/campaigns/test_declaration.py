"""What is declared wrongly is refused with file, line, value, expectation and cure."""

from __future__ import annotations

import pytest

from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.campaigns.reading import read_all, read_one
from dagster_project.lib.campaigns.rules import Known
from tests.campaigns.worlds import CODE, EXAMPLE, declared, make_home

KNOWN = Known(tags=frozenset({"payer", "elderly"}), regions=frozenset({"R01"}))


def _line(key: str) -> int:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return 1 + next(n for n, line in enumerate(lines) if line.strip().startswith(f"{key}:"))


def test_the_example_has_no_fault() -> None:
    assert declared().faults(KNOWN) == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("target_channel", "pigeon", "'pigeon' found; expected one of counter, kiosk"),
        ("means", "telegram", "'telegram' found; expected one of sms"),
        ("main_channels", "[pigeon]", "one of account_to_account"),
        ("customer_types", "[nobody]", "one of agriculture"),
        ("regions", "[R99]", "one of R01"),
        ("tags_held", "[unheard]", "one of elderly, payer"),
        ("tags_held", "[elderly]", "no protected group, for the target is wechat"),
        ("ends_on", "2026-01-01", "a day from 2026-01-05 on"),
        ("ends_on", "2026-01-20", "a campaign of 30 (cycle_days) to 366 days"),
        ("budget_yuan", "0.05", "at least 0.10 yuan"),
        ("holdout", "0.0", "a holdout share above 0"),
        ("holdout", "0.4", "shares that sum to 1"),
        ("contents", "{undeclared: {zh: 甲}}", "a code other than all, none, undeclared"),
    ],
)
def test_a_fault_names_its_line_what_is_expected_and_the_cure(
    key: str, value: str, said: str
) -> None:
    found = declared(**{key: value}).faults(KNOWN)
    assert any(said in fault.en for fault in found)
    lines = {_line(key), _line("arms")} if key == "holdout" else {_line(key)}
    for fault in found:
        assert any(fault.en.startswith(f"example.yaml:{line}: ") for line in lines), fault.en
        assert any(f"第 {line} 行" in fault.zh for line in lines)


def test_a_tag_both_held_and_not_held_is_a_fault() -> None:
    found = declared(tags_held="[payer]", tags_not_held="[payer]").faults(KNOWN)
    assert ["Nobody holds and lacks a tag" in fault.en for fault in found] == [True]


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("starts_on", "soon", "starts_on"),
        ("code", "small letters", "code"),
        ("power", "1.5", "power"),
        ("contents", "{plain: {en: only English}}", "contents.plain.zh"),
        ("salt", "''\nunknown_key: 1", "unknown_key"),
    ],
)
def test_a_wrong_shape_is_refused_at_its_line(key: str, value: str, place: str) -> None:
    with pytest.raises(CampaignError, match=rf"example.yaml:\d+: {place}: .*expected"):
        declared(**{key: value})


def test_text_that_is_not_yaml_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = make_home(tmp_path_factory.mktemp("home"), 20)
    (settings.campaigns / "broken.yaml").write_text("code: [", encoding="utf-8")
    [found] = read_all(settings).values()
    assert isinstance(found, CampaignError)
    assert "broken.yaml: not valid YAML" in str(found)


def test_two_files_of_the_same_version_are_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = make_home(tmp_path_factory.mktemp("home"), 20)
    for name in ("a.yaml", "b.yaml"):
        (settings.campaigns / name).write_bytes(EXAMPLE.read_bytes())
    first, second = read_all(settings).values()
    assert not isinstance(first, CampaignError)
    assert "that a.yaml does not declare" in str(second)


def test_a_campaign_that_nobody_declared_is_named_with_those_that_are(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = make_home(tmp_path_factory.mktemp("home"), 20)
    declared(settings)
    with pytest.raises(CampaignError, match=f"declared are: {CODE}"):
        read_one(settings, "OTHER")
