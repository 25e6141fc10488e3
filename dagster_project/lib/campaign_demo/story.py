"""The steps of the demo in their order, and what they come to, as ``campaign_demo.json``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dagster_project.lib.campaign_demo import plots, readout
from dagster_project.lib.campaign_demo.province import (
    Province,
    deliver_response,
    write_history,
)
from dagster_project.lib.campaigns.export import Export, export_contacts
from dagster_project.lib.campaigns.launch import launch_campaign, plan_campaign
from dagster_project.lib.campaigns.launched import Launched
from dagster_project.lib.campaigns.plan import Plan
from dagster_project.lib.campaigns.reading import read_one
from dagster_project.settings import Settings

MARK, RESULT = ".campaign_demo", "campaign_demo.json"
CODE = "OWN-APP-2025"
POINTS = (2.5, 1.5, 0.0)  # planned effect by arm: published reminders move 2 to 3 points
CREATIVE_EFFECTS = {"plain": 0.5, "saving": 1.5}  # times the arm's: wordings differ
FAMILIES = ("payment_timing", "segmentation")  # what an audience is drawn with

Run = Callable[[Any], None]  # lands and builds up to a day
Say = Callable[[str, Any], None]  # told of every step, with what it gave


@dataclass(frozen=True)
class Told:
    """What the demo came to."""

    plan: Plan
    launched: Launched
    exports: tuple[Export, Export]
    effects: pd.DataFrame
    truth: dict[str, dict[str, float]]
    pictures: list[Path]
    result: dict[str, Any]


def tell(settings: Settings, province: Province, run: Run, say: Say) -> Told:
    """Declare, plan, launch, export, deliver, measure; everything lies in the demo's own home."""
    make_room(settings)
    write_history(settings, province)
    say("history", province)
    run(province.launch_on)
    say("built", province.launch_on)
    declared = read_one(settings, _declare(settings))
    plan = plan_campaign(settings, declared)
    say("plan", plan)
    launched, _ = launch_campaign(settings, declared, accept_low_power=True)
    exports = (export_contacts(settings, launched), export_contacts(settings, launched))
    say("launched", exports)
    say("response", deliver_response(settings, province, launched, POINTS, CREATIVE_EFFECTS))
    run(province.last_day)
    say("built", province.last_day)
    told = _read(settings, province, plan, launched, exports)
    (settings.home / RESULT).write_text(
        json.dumps(told.result, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8"
    )
    return told


def make_room(settings: Settings) -> None:
    """Empty the demo's own home; nobody else's.

    Raises:
        FileExistsError: the home holds something else.
    """
    home = settings.home
    if home.exists() and any(home.iterdir()) and not (home / MARK).exists():
        raise FileExistsError(
            f"{home} holds something that is not a campaign demo. Name another --home.\n"
            f"{home} 中有非活动演示的内容。请指定其他 --home。"
        )
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / MARK).touch()


def _declare(settings: Settings) -> str:
    settings.campaigns.mkdir()
    text = (Path(__file__).parent / "demo.yaml").read_text(encoding="utf-8")
    (settings.campaigns / "own-app.yaml").write_text(text, encoding="utf-8")
    return CODE


def _read(
    settings: Settings,
    province: Province,
    plan: Plan,
    launched: Launched,
    exports: tuple[Export, Export],
) -> Told:
    effects, truth = readout.effects(settings, launched), readout.truth(settings, launched)
    days, saved = readout.tracking(settings, launched), readout.saved(settings, launched)
    pictures = plots.draw(settings.home / "pictures", effects, truth, days)
    compared = [
        {**row, "true_points": truth[row["arm"]]["realised"],
         "covers_truth": row["points_low"] <= truth[row["arm"]]["realised"] <= row["points_high"]}
        for row in effects.to_dict("records")
    ]  # fmt: skip
    result = {
        "campaign": launched.campaign.tracked_code,
        "province": asdict(province),
        "planned": {"needed": {arm.arm: arm.needed for arm in plan.arms},
                    "power": {arm.arm: arm.power for arm in plan.arms},
                    "detectable_points": {arm.arm: arm.detectable_points for arm in plan.arms}},
        "arms": {arm.arm: arm.customers for arm in plan.arms},
        "suppressed": plan.suppressed,
        "contacts_exported": exports[0].contacts,
        "contacts_in_second_export": exports[1].contacts,
        "true_effect_points": truth,
        "estimates": compared,
        "creatives": readout.creatives(settings, launched).to_dict("records"),
        "srm_p_value": float(effects["srm_p_value"].iloc[0]),
        "saving_yuan": saved.to_dict("records"),
        "contact_cost_yuan": plan.cost_yuan,
        "is_contact_cost_assumed": launched.campaign.cost_per_contact.is_assumption,
        "pictures": [str(path.relative_to(settings.home)) for path in pictures],
    }  # fmt: skip
    return Told(plan, launched, exports, effects, truth, pictures, result)
