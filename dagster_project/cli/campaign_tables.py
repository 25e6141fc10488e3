"""How a campaign's plan and the list of campaigns are shown."""

from __future__ import annotations

from typing import Any

from dagster_project.cli.console import language, output, say, shown, table, warn
from dagster_project.lib.campaigns.plan import Plan

STRATA_SHOWN = 12
REASONS = {
    "opted_out": ("opted out", "已退订"),
    "global_holdout": ("standing global holdout", "全局对照组"),
    "protected": ("protected, uses the counter", "受保护且使用柜台"),
    "running_campaign": ("in a running campaign", "处于进行中的活动"),
    "contacted_recently": ("contacted recently", "近期已触达"),
    "over_budget": ("beyond the budget", "超出预算"),
}


def show_list(rows: list[dict[str, Any]]) -> None:
    """One row per declared version."""
    listed = table(
        ("Campaigns", "活动"),
        [
            ("Campaign", "活动"), ("Version", "版本"), ("State", "状态"), ("Channel", "目标渠道"),
            ("Means", "触达方式"), ("From", "开始"), ("To", "结束"), ("Audience", "受众"),
            ("Exported", "已导出"),
        ],
        texts=7,
    )  # fmt: skip
    for row in rows:
        listed.add_row(*(shown(value) for name, value in row.items() if name != "file"))
    output.print(listed)


def show_plan(plan: Plan, lang: str | None) -> None:
    """Who is left out, the arms with their power, the largest strata, the money."""
    _show_suppressions(plan, lang)
    _show_arms(plan)
    _show_creatives(plan, lang)
    _show_strata(plan)
    say(
        "plan_baseline",
        lang,
        baseline=plan.baseline_pct,
        effect=plan.expected_effect_points,
        explained=100 * plan.rho_squared,
        wanted=100 * plan.wanted_power,
    )
    say(
        "plan_cost",
        lang,
        contacts=plan.contacts,
        cost=plan.cost_yuan,
        budget=plan.budget_yuan,
        window=plan.in_predicted_window,
    )
    for said in plan.warnings:
        warn(getattr(said, language(lang)))


def _show_suppressions(plan: Plan, lang: str | None) -> None:
    chosen = language(lang) == "zh"
    left_out = table(
        (f"{plan.code}, version {plan.version}, as of {plan.as_of}", "活动计划"),
        [("Customers", "用户"), ("Count", "户数")],
    )
    left_out.add_row(*_both("meet the conditions", "符合条件", chosen), shown(plan.wanted))
    for reason, count in plan.suppressed.items():
        left_out.add_row(*_both(*REASONS[reason], chosen), f"-{count:,}")
    left_out.add_row(*_both("audience", "受众", chosen), shown(plan.audience))
    output.print(left_out)


def _both(english: str, chinese: str, is_chinese: bool) -> tuple[str]:
    return (chinese if is_chinese else english,)


def _show_arms(plan: Plan) -> None:
    arms = table(
        ("Arms", "分组"),
        [
            ("Arm", "分组"), ("Customers", "户数"), ("Needed", "所需"), ("Power %", "检验效能"),
            ("Detectable, points", "可检出效果"),
        ],
    )  # fmt: skip
    for arm in plan.arms:
        reached = None if arm.power is None else 100 * arm.power
        arms.add_row(
            arm.arm, shown(arm.customers), shown(arm.needed), shown(reached, 0),
            shown(arm.detectable_points, 1),
        )  # fmt: skip
    output.print(arms)


def _show_creatives(plan: Plan, lang: str | None) -> None:
    if not plan.creatives:
        say("no_creatives", lang)
        return
    listed = table(
        ("Creatives", "创意"),
        [
            ("Creative", "创意"), ("Text", "文案"), ("Contacts", "触达"),
            ("Detectable difference, points", "可检出差异"),
        ],
        texts=2,
    )  # fmt: skip
    for item in plan.creatives:
        listed.add_row(
            item.creative, item.text, shown(item.contacts), shown(item.detectable_points, 1)
        )
    output.print(listed)


def _show_strata(plan: Plan) -> None:
    strata = table(
        (f"Strata, the largest of {len(plan.strata)}", "分层"),
        [
            ("Segment / region / type", "细分/区域/类别"), ("Customers", "户数"),
            ("Contacts", "触达"), ("Holdout", "对照"),
        ],
    )  # fmt: skip
    for row in plan.strata[:STRATA_SHOWN]:
        strata.add_row(*map(shown, row.values()))
    output.print(strata)
