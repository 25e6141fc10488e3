"""Pictures on the pages of decided tables: there where there is something to be seen."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from dagster_project.lib.decisions.campaign_plots import audience_plots, suppression_plots
from dagster_project.lib.decisions.commission.plots import of_responses, of_schedule
from dagster_project.lib.decisions.experiments.effect_plots import method_plots
from dagster_project.lib.decisions.followed.plots import hit_plots
from dagster_project.lib.decisions.guidance.plots import of_guidance, of_summary
from dagster_project.lib.decisions.service.plots import class_plots

PREFIX = "![plot](data:image/png;base64,"
PNG = b"\x89PNG"
AUDIENCE = pa.Table.from_pylist(
    [
        {"tracked_code": "C", "arm": "holdout" if n % 3 == 0 else "window",
         "contact_on": None if n % 3 == 0 else date(2026, 1, 5) + timedelta(days=n % 4)}
        for n in range(60)
    ]
)  # fmt: skip
RESPONSE = {"channel_code": "wechat", "is_assumed": True, "response_per_point": 0.5,
            "response_sd": 0.2}  # fmt: skip
TIER = {"channel_code": "wechat", "tier": 1, "present_commission_yuan": 100.0,
        "expected_commission_yuan": 90.0}  # fmt: skip
METHOD = {"contact_means": "sms", "creative": "all", "outcome": "paid_through_target",
          "is_readable": True, "effect_low": 0.01, "effect": 0.02, "effect_high": 0.03}  # fmt: skip
SUMMARY = {"present_channel_code": "counter", "recommended_channel_code": "app", "customers": 9,
           "outcome": "guided", "saving_per_year_yuan": 12.0}  # fmt: skip
LEFT_OUT = {"campaign_code": "C", "reason": "opted_out", "customers": 9}
HIT = {"segment": "all", "metric": "window_80_hit", "release_id": "r", "value": 0.81}


def _rows(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows))


@pytest.mark.parametrize(
    ("draw", "count"),
    [
        (lambda: audience_plots(AUDIENCE, 5), 2),
        (lambda: suppression_plots(_rows(LEFT_OUT), 5), 1),
        (lambda: of_responses(_rows(RESPONSE)), 1),
        (lambda: of_schedule(_rows(TIER, TIER | {"tier": 2})), 1),
        (lambda: method_plots(pd.DataFrame([METHOD])), 1),
        (lambda: of_guidance(_rows(SUMMARY)), 1),
        (lambda: of_summary(_rows(SUMMARY)), 1),
        (lambda: hit_plots([HIT]), 1),
        (lambda: class_plots(_rows({"category": "billing", "method": "model"})), 1),
    ],
)  # fmt: skip
def test_a_picture_is_a_png_with_a_title_in_both_languages(
    draw: Callable[[], dict[str, str]], count: int
) -> None:
    pictures = draw()
    assert len(pictures) == count
    for title, markdown in pictures.items():
        assert markdown.startswith(PREFIX)
        assert base64.b64decode(markdown.removeprefix(PREFIX)[:-1]).startswith(PNG)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in title)


def test_nothing_to_be_seen_is_no_picture() -> None:
    assert suppression_plots(_rows(LEFT_OUT | {"customers": 4}), 5) == {}
    assert audience_plots(AUDIENCE.slice(0, 1), 5) == {}
    assert method_plots(pd.DataFrame([METHOD | {"is_readable": False}])) == {}
    assert hit_plots([HIT | {"value": None}]) == {}
    assert of_responses(_rows(RESPONSE | {"response_sd": None})) == {}


def test_the_tiers_of_a_channel_count_its_commission_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(
        "dagster_project.lib.models.plots._png", lambda chart: drawn.append(chart.data) or ""
    )
    of_schedule(_rows(TIER, TIER | {"tier": 2}))
    [frame] = drawn
    assert frame["yuan a year"].tolist() == [100.0, 90.0]
