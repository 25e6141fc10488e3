"""The declaration of guidance: mistakes are named with file, line and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.lib.decisions.guidance.declaration import FILE, GuidanceError, read_guidance

TEXT = FILE.read_text("utf-8")


def line_of(words: str) -> int:
    return next(n for n, line in enumerate(TEXT.splitlines(), 1) if words in line)


def test_the_projects_own_declaration_is_valid() -> None:
    declared = read_guidance()
    assert declared.effort()["counter"] > declared.effort()["wechat"]
    assert {action.held_back_by for action in declared.own_channels.actions} == {
        "conversion", "outages", "complaints", "capacity", "reach",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("cost_yuan: 0.045", "cost_yuan: -1", "code: sms", "means.0.cost_yuan: '-1' found"),
        ("p_factor: 1.0", "p_facto: 1.0", "code: sms", "p_facto"),
        ("p_move: 0.020", "p_move: 2", "code: wechat,", "less than or equal to 1"),
        ("needs_channel: app", "needs_channel: tv", "code: app_push", "'app' or 'wechat'"),
        ("code: alipay", "code: wechat", "round:", "declared twice"),
        ("exploration_share: {value: 0.05", "exploration_share: {value: 5", "budget_yuan_per",
         "from 0 to 1 expected"),
        ("held_back_by: outages", "held_back_by: conversion", "least_visits", "two actions"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(
    old: str, new: str, at: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "guidance.yaml"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    with pytest.raises(GuidanceError, match=r"guidance\.yaml, line") as caught:
        read_guidance(path)
    assert said in str(caught.value)
    assert f"line {line_of(at)}," in str(caught.value)


def test_what_is_no_yaml_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "guidance.yaml"
    with pytest.raises(GuidanceError, match="cannot be read"):
        read_guidance(path)
    path.write_text("round: [", "utf-8")
    with pytest.raises(GuidanceError, match="no valid YAML"):
        read_guidance(path)
