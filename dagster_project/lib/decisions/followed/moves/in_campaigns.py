"""Campaigns in the order of their dates: moves that guidance would have predicted, moves made.

The prediction is what guidance knew on the eve of the campaign: what is declared, and the campaigns
that had ended by then. The moves made are the effect as assigned, which had a random holdout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dagster_project.lib.decisions.followed.figures import ALL, asked, figure, is_there
from dagster_project.lib.decisions.followed.moves import wording
from dagster_project.lib.decisions.guidance.chances import chance_of_moving
from dagster_project.lib.decisions.guidance.declaration import Guidance, Means, Target
from dagster_project.lib.decisions.guidance.inputs import sql
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read
from ml.experiments.shares import difference_of_shares
from ml.matching.moving import Moving

MODEL, COMPONENT, METRIC = "channel_guidance", "moves_in_campaigns", "moves"
FOLLOWED_DAYS = 75  # from the first contact on: two monthly bills and two weeks
FEWEST_CUSTOMERS = 100  # of either arm: below it the interval is wider than ten points
BAR = "prediction within the 95 % interval"
OUTCOMES = ("relocated", "paid_through_target")  # as guidance prefers them


@dataclass(frozen=True)
class Evidence:
    """What is known of the measured campaigns.

    ``chosen``: the effect that guidance takes, by campaign; ``measured``: all that it may take;
    ``known``: (effect, standard error) of those that had ended, by the later campaign.
    """

    chosen: Mapping[str, dict[str, Any]]
    measured: Iterable[dict[str, Any]]
    known: Mapping[str, list[tuple[float, float]]]


def moves_in_campaigns(
    work: Work, campaigns: list[dict[str, Any]], declared: Guidance
) -> list[dict[str, Any]]:
    """Figures of every campaign, or the one that says that there is none."""
    if not campaigns or not is_there(work, "decided.campaign_effect"):
        return [_nothing(f"{work.as_of:%Y-%m-%d}-followed", work.as_of, wording.NO_CAMPAIGN)]
    here = Path(__file__).parent
    chosen = {
        row["campaign_code"]: row for row in read(work.connection, sql("effects")).to_pylist()
    }
    evidence = Evidence(
        chosen,
        asked(work, here, "measured"),
        known_effects(asked(work, here, "known_before"), set(chosen)),
    )
    return campaign_rows(campaigns, evidence, declared, work.as_of)


def known_effects(
    counted: Iterable[dict[str, Any]], readable: set[str]
) -> dict[str, list[tuple[float, float]]]:
    """Effects of ended campaigns by later campaign; in relocation, where anybody had relocated."""
    pairs: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in counted:
        if row["campaign_code"] in readable:
            pairs[row["predicted_code"], row["campaign_code"]][row["arm"]] = row
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for (predicted, _), arms in pairs.items():
        effect = _effect(arms)
        if effect is not None:
            found[predicted].append(effect)
    return found


def _effect(arms: dict[str, dict[str, Any]]) -> tuple[float, float] | None:
    if len(arms) < 2 or min(row["customers"] for row in arms.values()) < 2:
        return None
    treated, control = arms["window"], arms["holdout"]
    for outcome in OUTCOMES:
        found = difference_of_shares(
            treated[outcome], treated["customers"], control[outcome], control["customers"]
        )
        if found.std_error > 0:
            return found.estimate, found.std_error
    return None


def campaign_rows(
    campaigns: Iterable[dict[str, Any]], evidence: Evidence, declared: Guidance, as_of: date
) -> list[dict[str, Any]]:
    """Figures by segment of every campaign; one that says why where it cannot be judged."""
    rows = []
    for campaign in campaigns:
        name = f"{campaign['starts_on']:%Y-%m-%d}-{campaign['campaign_code']}"
        refusal = _refusal(campaign, evidence, declared, as_of)
        figures = [] if refusal else _figures(name, campaign, evidence, declared)
        because = refusal or wording.FEW_IN_ARMS
        rows += figures or [_nothing(name, campaign["starts_on"], because)]
    return rows


def _refusal(
    campaign: dict[str, Any], evidence: Evidence, declared: Guidance, as_of: date
) -> Bilingual | None:
    judged_on = max(
        campaign["ends_on"] + timedelta(days=1), campaign["starts_on"] + timedelta(FOLLOWED_DAYS)
    )
    if None in _options(campaign, declared):
        return wording.not_declared(campaign)
    if as_of < judged_on:
        return wording.too_early(judged_on)
    return None if campaign["campaign_code"] in evidence.chosen else wording.NOT_READABLE


def _options(campaign: dict[str, Any], declared: Guidance) -> tuple[Target | None, Means | None]:
    return (
        next((t for t in declared.channels if t.code == campaign["target_channel_code"]), None),
        next((m for m in declared.means if m.code == campaign["contact_means"]), None),
    )


def _figures(
    name: str, campaign: dict[str, Any], evidence: Evidence, declared: Guidance
) -> list[dict[str, Any]]:
    code = campaign["campaign_code"]
    target, means = _options(campaign, declared)
    assert target is not None
    assert means is not None
    chance = chance_of_moving(target, means, evidence.known.get(code, []))
    chosen = evidence.chosen[code]
    return [
        _figure(name, campaign | {"means": means.name}, row, chance)
        for row in evidence.measured
        if row["campaign_code"] == code
        and row["outcome"] == chosen["outcome"]
        and row["estimator"] == (chosen["estimator"] if row["segment"] == ALL else "difference")
        and min(row["treated"], row["controls"]) >= FEWEST_CUSTOMERS
    ]


def _figure(
    name: str, campaign: dict[str, Any], row: dict[str, Any], chance: Moving
) -> dict[str, Any]:
    """Moves made less moves predicted, of the customers who were contacted in their window."""
    treated = row["treated"]
    told = wording.of_campaign(campaign, row, chance)
    return figure(
        name, MODEL, COMPONENT, METRIC, campaign["starts_on"],
        segment=row["segment"],
        value=row["effect"] * treated,
        champion="earlier_campaigns" if chance.effects else "declared_assumption",
        champion_value=chance.mean * treated,
        difference_low=(row["effect_low"] - chance.mean) * treated,
        difference_high=(row["effect_high"] - chance.mean) * treated,
        bar=BAR,
        is_met=row["effect_low"] <= chance.mean <= row["effect_high"],
        reason_en=told.en,
        reason_zh=told.zh,
    )  # fmt: skip


def _nothing(name: str, on: date, because: Bilingual) -> dict[str, Any]:
    return figure(name, MODEL, COMPONENT, METRIC, on, reason_en=because.en, reason_zh=because.zh)
