"""The whole story of a campaign in one command, at the smallest size that has an audience."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.runs import run


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    home = tmp_path_factory.mktemp("story") / "home"
    size = ("--customers", "1000", "--months", "5")
    run(home, "campaign-demo", *size, "--json")
    return home, json.loads((home / "campaign_demo.json").read_text(encoding="utf-8"))


def test_the_demo_tells_plan_arms_creatives_truth_and_estimate(
    told: tuple[Path, dict[str, Any]],
) -> None:
    home, result = told
    assert set(result["arms"]) == {"window", "random_day", "holdout"}
    assert result["contacts_exported"] == result["arms"]["window"] + result["arms"]["random_day"]
    assert result["contacts_in_second_export"] == 0
    assert result["true_effect_points"]["holdout"]["realised"] == 0
    assert {row["arm"] for row in result["estimates"]} == {"window", "random_day"}
    for row in result["estimates"]:
        assert row["points_low"] < row["points"] < row["points_high"]
    pairs = [(row["creative"], row["against_creative"]) for row in result["creatives"]]
    assert pairs == [("plain", "none"), ("saving", "none"), ("plain", "saving")]
    assert result["creatives"][0]["true_points"] < result["creatives"][1]["true_points"]
    assert result["srm_p_value"] > 0.001
    assert all((home / picture).stat().st_size > 0 for picture in result["pictures"])
