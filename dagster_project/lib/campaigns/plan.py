"""What a campaign would be if it were launched now: audience, power, budget; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import sqrt
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.lib.campaigns.audience import OVER_BUDGET, Audience, draw_audience
from dagster_project.lib.campaigns.creatives import CreativePlan, planned_creatives
from dagster_project.lib.campaigns.declaration import HOLDOUT, Campaign
from dagster_project.lib.campaigns.faults import CampaignError, Fault
from dagster_project.lib.campaigns.reading import Declared
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.tables import read
from ml.experiments import planning

FEWEST_SUCCESSES = 10  # the normal approximation of a share asks for as many
LEAST_SHARE = 0.001  # a baseline of 0 would promise certainty


@dataclass(frozen=True)
class ArmPlan:
    """One arm, and how well its difference from the holdout would be seen; None in the holdout."""

    arm: str
    customers: int
    needed: int
    power: float | None = None
    detectable_points: float | None = None  # smallest effect found with the declared power


@dataclass(frozen=True)
class Plan:
    """The numbers that are decided upon, printed before the launch and frozen with it."""

    code: str
    version: int
    as_of: date
    wanted: int
    suppressed: dict[str, int]
    audience: int
    arms: list[ArmPlan]
    creatives: list[CreativePlan]  # empty: the campaign declares none
    strata: list[dict[str, Any]]
    contacts: int
    in_predicted_window: int
    cost_yuan: str
    budget_yuan: str
    baseline_pct: float
    is_baseline_assumed: bool
    rho_squared: float
    expected_effect_points: float
    wanted_power: float
    warnings: list[Bilingual] = field(default_factory=list)

    @property
    def least_power(self) -> float:
        """Power of the weakest arm."""
        return min(arm.power for arm in self.arms if arm.power is not None)


def make_plan(
    connection: duckdb.DuckDBPyConnection, declared: Declared, today: date
) -> tuple[Plan, Audience]:
    """Draw the audience and say what it is good for.

    Raises:
        CampaignError: the campaign starts too early, has no audience, or its budget is too small
            for the effect that it declares.
    """
    campaign = declared.campaign
    _require_future(declared, today)
    audience = draw_audience(connection, campaign, today)
    baseline, is_assumed, rho_squared = _baseline(connection, campaign, today)
    effect = campaign.expected_effect_points / 100
    if baseline + effect >= 1:
        raise declared.error(_too_large(campaign, baseline))
    counts = _counts(audience.rows, "arm")
    arms = _arms(campaign, counts, baseline, rho_squared)
    contacts = sum(count for arm, count in counts.items() if arm != HOLDOUT)
    needed = sum(arm.needed for arm in arms if arm.arm != HOLDOUT)
    if campaign.contacts_affordable < needed and OVER_BUDGET in audience.suppressed:
        raise declared.error(_too_small(campaign, needed))
    return Plan(
        code=campaign.code, version=campaign.version, as_of=today, wanted=audience.wanted,
        suppressed=audience.suppressed, audience=len(audience.rows), arms=arms,
        creatives=planned_creatives(campaign, audience.rows, baseline, rho_squared),
        strata=_strata(connection), contacts=contacts,
        in_predicted_window=sum(audience.rows["is_in_predicted_window"].to_pylist()),
        cost_yuan=f"{contacts * campaign.cost_per_contact.yuan:.2f}",
        budget_yuan=f"{campaign.budget_yuan:.2f}", baseline_pct=100 * baseline,
        is_baseline_assumed=is_assumed, rho_squared=rho_squared,
        expected_effect_points=campaign.expected_effect_points, wanted_power=campaign.power,
        warnings=_warnings(arms, campaign),
    ), audience  # fmt: skip


def _arms(
    campaign: Campaign, counts: dict[str, int], baseline: float, rho_squared: float
) -> list[ArmPlan]:
    """Every arm; the holdout needs what the most demanding of the others asks of it."""
    found, needed_controls = [], 0
    for arm, share in campaign.arms.items():
        if arm == HOLDOUT or not share:
            continue
        treated, controls = planning.customers_per_arm(
            baseline,
            baseline + campaign.expected_effect_points / 100,
            power=campaign.power,
            squared_correlation=rho_squared,
            controls_per_treated=campaign.holdout_share / share,
        )
        needed_controls = max(needed_controls, controls)
        customers = counts.get(arm, 0)
        error = _std_error(campaign, baseline, rho_squared, customers, counts.get(HOLDOUT, 0))
        found.append(ArmPlan(arm, customers, treated, *_visible(campaign, error)))
    return [*found, ArmPlan(HOLDOUT, counts.get(HOLDOUT, 0), needed_controls)]


def _std_error(
    campaign: Campaign, baseline: float, rho_squared: float, treated: int, controls: int
) -> float | None:
    """Of the difference of the two shares, less what the past explains; None: an empty arm."""
    if not treated or not controls:
        return None
    raised = baseline + campaign.expected_effect_points / 100
    variance = raised * (1 - raised) / treated + baseline * (1 - baseline) / controls
    return sqrt(variance * (1 - rho_squared))


def _visible(campaign: Campaign, error: float | None) -> tuple[float, float | None]:
    """Power for the declared effect, and the least effect in points that the power finds."""
    if error is None:
        return 0.0, None
    reached = planning.power_of(campaign.expected_effect_points / 100, error)
    return float(reached), 100 * float(planning.detectable_effect(error, power=campaign.power))


def _baseline(
    connection: duckdb.DuckDBPyConnection, campaign: Campaign, today: date
) -> tuple[float, bool, float]:
    """Share that pays through the target unasked, whether it is assumed, and rho squared.

    Too few payments through the target say nothing of either: the least share, and no help.
    """
    days = (campaign.ends_on - campaign.starts_on).days + 1
    text = (Path(__file__).parent / "baseline.sql").read_text(encoding="utf-8")
    values = {"today": today, "days": days, "target": campaign.target_channel}
    [(n, lately, before, both)] = connection.execute(text, values).fetchall()
    if min(lately, n - lately) < FEWEST_SUCCESSES:
        return max(min(lately / n, 1 - LEAST_SHARE), LEAST_SHARE), True, 0.0
    covariance = both / n - (lately / n) * (before / n)
    variances = [share * (1 - share) for share in (lately / n, before / n)]
    rho_squared = covariance**2 / (variances[0] * variances[1]) if min(variances) > 0 else 0.0
    return lately / n, False, rho_squared


def _strata(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    rows = read(
        connection,
        "select stratum, count(*) as customers, "
        "count(*) filter (where arm <> 'holdout') as contacts, "
        "count(*) filter (where arm = 'holdout') as holdout "
        "from scheduled group by stratum order by customers desc, stratum",
    )
    found: list[dict[str, Any]] = rows.to_pylist()
    return found


def _counts(rows: pa.Table, column: str) -> dict[str, int]:
    counted = rows.group_by(column).aggregate([([], "count_all")]).to_pylist()
    return {row[column]: row["count_all"] for row in counted}


def _warnings(arms: list[ArmPlan], campaign: Campaign) -> list[Bilingual]:
    weak = [arm for arm in arms if arm.power is not None and arm.power < campaign.power]
    return [
        Bilingual(
            f"Arm {arm.arm}: an effect of {campaign.expected_effect_points:g} points would be "
            f"found with probability {arm.power:.0%} only, {campaign.power:.0%} is declared.",
            f"{arm.arm} 组：若效果为 {campaign.expected_effect_points:g} 个百分点，"
            f"被发现的概率仅 {arm.power:.0%}，声明要求 {campaign.power:.0%}。",
        )
        for arm in weak
    ]


def _require_future(declared: Declared, today: date) -> None:
    starts_on = declared.campaign.starts_on
    if starts_on <= today:
        raise declared.error(
            Fault(
                ("starts_on",), starts_on.isoformat(),
                Bilingual(f"a day after today, {today}", f"今日 {today} 之后的日期"),
                Bilingual(
                    "What lies behind cannot be randomised: move starts_on.",
                    "过去的日期无法随机分组，请调整 starts_on。",
                ),
            )
        )  # fmt: skip


def _too_small(campaign: Campaign, contacts: int) -> Fault:
    cost = contacts * campaign.cost_per_contact.yuan
    return Fault(
        ("budget_yuan",), f"{campaign.budget_yuan:.2f}",
        Bilingual(
            f"at least {cost:.2f} yuan for {contacts} contacts, without "
            f"which {campaign.expected_effect_points:g} points would not be found",
            f"至少 {cost:.2f} 元，即 {contacts} 次触达，"
            f"否则无法发现 {campaign.expected_effect_points:g} 个百分点的效果的预算",
        ),
        Bilingual(
            "Raise the budget, or declare fewer arms or a larger effect.",
            "请提高预算、减少分组或声明更大的效果。",
        ),
    )  # fmt: skip


def _too_large(campaign: Campaign, baseline: float) -> Fault:
    return Fault(
        ("expected_effect_points",), campaign.expected_effect_points,
        Bilingual(
            f"an effect below {100 * (1 - baseline):.1f} points: {100 * baseline:.1f} % of the "
            "audience pay through the target already",
            f"小于 {100 * (1 - baseline):.1f} 个百分点的效果（受众中已有 "
            f"{100 * baseline:.1f}% 使用目标渠道）",
        ),
        Bilingual(
            "Declare a smaller effect, or leave those customers out (main_channels).",
            "请声明更小的效果，或用 main_channels 排除这些用户。",
        ),
    )  # fmt: skip


def refuse_low_power(plan: Plan) -> None:
    """Raise when an arm's power is below the declared one."""
    if plan.warnings:
        said = plan.warnings[0]
        raise CampaignError(
            Bilingual(
                f"{said.en} Widen the audience, declare a larger effect, or launch knowingly with "
                "--accept-low-power.",
                f"{said.zh}请扩大受众、声明更大的效果，或用 --accept-low-power 明知而行。",
            )
        )
