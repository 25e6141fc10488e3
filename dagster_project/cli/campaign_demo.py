"""``jiaofei campaign-demo``: one campaign from its declaration to its effect, in one command."""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import pandas as pd
import typer

from dagster_project.cli.campaign_tables import show_plan
from dagster_project.cli.console import (
    Home,
    Json,
    Lang,
    errors,
    is_chinese,
    output,
    progress,
    say,
    shown,
    table,
)
from dagster_project.cli.messages import message
from dagster_project.lib.campaign_demo.province import Province
from dagster_project.lib.campaign_demo.story import FAMILIES, Told, tell
from dagster_project.settings import PROJECT_ROOT, Settings, load_settings, use

REFIT_DAYS = 366
OWN_HOME = PROJECT_ROOT / "data" / "campaign_demo"


def campaign_demo(
    customers: Annotated[int, typer.Option(min=1000, help="Number of customers.")] = 12_000,
    months: Annotated[int, typer.Option(min=5, max=36, help="Months of history.")] = 12,
    seed: Annotated[int, typer.Option(help="Same seed, same demo.")] = 20251231,
    home: Home = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Declare, plan, launch and export a campaign, then measure its effect (活动演示).

    Everything is invented, and lies in a home of its own (default: data/campaign_demo).
    """
    # One fit serves the demo: its second run is two months later, and about the effect.
    settings = replace(load_settings(home or OWN_HOME), refit_days=REFIT_DAYS)
    use(settings)
    province = Province(customers=customers, months=months, seed=seed)

    def told(step: str, given: Any) -> None:
        errors.print(message(f"demo_{step}", is_chinese(lang), given=given), highlight=False)
        if step == "plan" and not as_json:
            show_plan(given, lang)

    story = tell(settings, province, lambda day: _run(settings, day), told)
    if as_json:
        output.print_json(json.dumps(story.result, default=str, ensure_ascii=False), indent=None)
        return
    _show(story, lang)


def _run(settings: Settings, day: date) -> None:
    """Land and build up to the day, as ``jiaofei run --as-of`` does."""
    logging.disable(logging.CRITICAL)
    from dagster_project.lib.run import run_everything  # imports Dagster: seconds

    log = settings.home / "logs" / "run.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as handle, contextlib.redirect_stdout(handle):
        run_everything(settings, as_of=day, families=FAMILIES, progress=_quietly)


def _quietly(line: str) -> None:
    """Of the many tables only what takes its time, and what went wrong."""
    if any(word in line for word in ("dbt build", "fitted", "scored", "decided", "failed")):
        progress(line)


def _show(story: Told, lang: str | None) -> None:
    effects = table(
        ("Effect on paying through the target, points", "目标渠道缴费占比提升，百分点"),
        [
            ("Arm", "分组"), ("Estimator", "估计方法"), ("Customers", "户数"),
            ("Holdout %", "对照组占比"), ("Effect", "效果"), ("95 % interval", "95%区间"),
            ("Truth", "真值"),
        ],
        texts=2,
    )  # fmt: skip
    for row in story.effects.to_dict("records"):
        effects.add_row(*_cells(row, story.truth))
    output.print(effects)
    _show_creatives(story.result["creatives"])
    for row in story.result["saving_yuan"]:
        say("demo_saving", lang, **row)
    say(
        "demo_end",
        lang,
        srm=story.result["srm_p_value"],
        cost=story.result["contact_cost_yuan"],
        folder=story.pictures[0].parent.parent,
    )


def _show_creatives(rows: list[dict[str, Any]]) -> None:
    creatives = table(
        ("Creatives, drawn at random among the contacted, points", "创意效果，百分点"),
        [
            ("Creative", "创意"), ("Against", "对照"), ("Customers", "户数"), ("Effect", "效果"),
            ("95 % interval", "95%区间"), ("Truth", "真值"),
        ],
        texts=2,
    )  # fmt: skip
    for row in rows:
        against = "holdout" if row["against_creative"] == "none" else row["against_creative"]
        interval = f"[{row['points_low']:.1f}, {row['points_high']:.1f}]"
        creatives.add_row(
            row["creative"], against, shown(int(row["treated"])), shown(row["points"], 1),
            interval, shown(row["true_points"], 1),
        )  # fmt: skip
    output.print(creatives)


def _cells(row: dict[Any, Any], truth: dict[str, dict[str, float]]) -> list[str]:
    interval = f"[{row['points_low']:.1f}, {row['points_high']:.1f}]"
    return [
        row["arm"], row["estimator"], shown(int(row["treated"])), shown(row["control_pct"], 1),
        "–" if pd.isna(row["points"]) else shown(row["points"], 2), interval,
        shown(truth[row["arm"]]["realised"], 2),
    ]  # fmt: skip
