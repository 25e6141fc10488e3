"""The plan: optimal on its grid, within its principles, and honest about conflicts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import yaml

from dagster_project.lib.decisions.commission.books import FILE
from ml.commission import (
    NAMES,
    Change,
    ChangeError,
    GridTooLargeError,
    PlanDeclaration,
    PlanDeclarationError,
    Terms,
    Tier,
    changed_terms,
    frontier,
    outcome,
    parse_plan,
    plan,
    search,
)
from ml.commission.grid import grid_of
from ml.commission.market import Market
from tests.ml.commission.markets import ALIPAY, market, responses

TEXT = FILE.read_text("utf-8")


def _declared(
    steps: tuple[float, ...] = (0.8, 0.9, 1.0, 1.1), **principles: object
) -> PlanDeclaration:
    content = yaml.safe_load(TEXT)
    content["levers"]["steps"] = list(steps)
    content["principles"] = {"partner_keeps": {"share_of_today": 0.9}} | principles
    return parse_plan(yaml.safe_dump(content), "plan.yaml")


def test_the_own_declaration_is_accepted() -> None:
    assert set(parse_plan(TEXT, "plan.yaml").principles.model_dump()) == set(NAMES)


def test_the_plan_is_the_cheapest_schedule_of_a_brute_force_search() -> None:
    here, draws = market(), responses()
    declared = _declared(partner_keeps={"share_of_today": 0.85}, monotone_tiers=False)
    searched = search(here, declared, draws)
    best = plan(searched, declared.principles)
    present = outcome(here, {}, draws).present_fees
    savings = []
    for a, w in itertools.product(*(range(len(c)) for c in searched.grid.candidates)):
        schedule = {
            "alipay": searched.grid.candidates[0][a], "wechat": searched.grid.candidates[1][w]
        }  # fmt: skip
        made = outcome(here, schedule, draws)
        keeps = all(made.fees.mean(axis=0)[k] >= 0.85 * present[k] for k in (0, 3))
        if keeps and (made.saving < 0).mean() <= 0.05:
            savings.append(made.saving.mean())
    assert best.saving.mean() == pytest.approx(max(savings))
    assert "partner_keeps" in best.binding


def test_a_partner_that_answers_strongly_is_paid_more_to_relieve_the_counter() -> None:
    declared = _declared(steps=(0.9, 1.0, 1.1), partner_keeps={"share_of_today": 0.5})
    found = [
        plan(search(market(), declared, responses(eta, 0.05)), declared.principles)
        for eta in (0.0, 8.0)
    ]
    assert [best.schedule["wechat"].tiers[0].rate_pct for best in found] == [0.36, 0.44]


def test_today_stays_when_every_saving_is_too_uncertain() -> None:
    declared = _declared(steps=(0.9, 1.0), partner_keeps={"share_of_today": 0.5})
    best = plan(search(market(), declared, responses(2.0, 6.0)), declared.principles)
    assert best.saving.tolist() == [0.0] * 200
    assert best.worse_probability == 0
    assert "worse_at_most" in best.binding


def test_conflicting_principles_are_named_and_only_those() -> None:
    declared = _declared(
        partner_keeps={"share_of_today": 1.0},
        budget={"share_of_today": 0.95},
        on_time={"points_lost": 5},
    )
    best = plan(search(market(), declared, responses()), declared.principles)
    assert best.conflict is not None
    assert set(best.conflict.principles) == {"partner_keeps", "budget"}
    assert all("partner_keeps" in sentence for sentence in best.conflict.said)
    assert best.schedule["alipay"] == ALIPAY


def test_a_strict_order_of_grades_that_no_step_can_heal_is_a_conflict() -> None:
    order = {"groups": [["wechat", "alipay"]], "clear_points": 5}
    strict = _declared(grade_order=order | {"is_strict": True})
    lenient = _declared(grade_order=order)
    found = [plan(search(market(), d, responses()), d.principles) for d in (strict, lenient)]
    assert found[0].conflict is not None
    assert found[0].conflict.principles == ("grade_order",)
    assert found[1].conflict is None


def test_a_better_graded_partner_is_not_cut_deeper() -> None:
    declared = _declared(grade_order={"groups": [["wechat", "alipay"]], "clear_points": 5})
    best = plan(search(market(), declared, responses()), declared.principles)
    gaps = [
        market().paid_pct("wechat", terms["wechat"]) - market().paid_pct("alipay", terms["alipay"])
        for terms in (best.schedule, market().terms)
    ]
    assert gaps[0] >= gaps[1] - 1e-9


def test_tiers_of_the_plan_never_rise_with_the_volume() -> None:
    steep = market(terms={"wechat": Terms((Tier(0, 0.4), Tier(10_000, 0.39))), "alipay": ALIPAY})
    declared = _declared(partner_keeps={"share_of_today": 0.5})
    searched = search(steep, declared, responses())
    assert any(not terms.is_monotone for terms in searched.grid.candidates[1])
    assert plan(searched, declared.principles).schedule["wechat"].is_monotone


def test_a_larger_allowed_cut_never_saves_less() -> None:
    declared = _declared()
    found = frontier(search(market(), declared, responses()), declared.principles, [0, 5, 10, 20])
    savings = [best.saving.mean() for best in found.plans]
    assert savings == sorted(savings)
    assert savings[0] == 0


def test_the_saving_is_the_difference_of_recomputed_costs_and_payments_are_kept() -> None:
    here = market()
    schedule = changed_terms(here, [Change(channel="wechat", rate_pct=0.3)])
    made = outcome(here, schedule, responses())
    saved = made.present_fees + made.present_handling - made.fees - made.handling
    assert made.saving == pytest.approx(saved.sum(axis=1))
    assert made.growth @ here.payments == pytest.approx(np.full(200, here.payments.sum()))
    assert (made.growth[:, 3] < 1).mean() > 0.95  # wechat is paid less, so it loses payments


def test_one_tier_can_be_changed_alone() -> None:
    change = Change(channel="wechat", rate_pct=0.1, tier_from_yuan=1_000_000)
    tiers = changed_terms(market(), [change])["wechat"].tiers
    assert [tier.rate_pct for tier in tiers] == [0.4, 0.1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(channel="counter", rate_pct=0.1), "choose one of alipay, wechat"),
        (Change(channel="wechat", rate_pct=0.1, tier_from_yuan=5), "tiers begin at 0, 1,000,000"),
    ],
)
def test_a_change_that_cannot_be_made_says_what_can(change: Change, said: str) -> None:
    with pytest.raises(ChangeError, match=said):
        changed_terms(market(), [change])


TEN_STEPS = tuple(0.5 + 0.1 * k for k in range(10))


def _partners(count: int) -> Market:
    """So many channels of one tier each."""
    partners = tuple(f"p{k}" for k in range(count))
    rows = np.ones((count, 2))
    return market(
        channels=partners, partners=partners, terms=dict.fromkeys(partners, ALIPAY),
        orders=rows, amounts=rows, months=rows, handling_yuan=rows[:, 0], on_time=rows[:, 0],
        area_payments=rows.T,
    )  # fmt: skip


def test_of_too_many_schedules_every_other_step_is_tried() -> None:
    levers = [f"p{k}" for k in range(6)]
    tried = grid_of(_partners(6), levers, TEN_STEPS)
    assert tried.steps == pytest.approx((0.5, 0.6, 0.8, 1.0, 1.2, 1.4))
    assert len(tried.choices) == 6**6
    all_of_them = grid_of(_partners(2), levers[:2], TEN_STEPS)
    assert all_of_them.steps == TEN_STEPS


def test_a_grid_that_is_too_large_with_the_fewest_steps_says_so() -> None:
    declared = _declared(steps=TEN_STEPS)
    with pytest.raises(GridTooLargeError, match="531,441 schedules of 12 channels even with 3"):
        search(_partners(12), declared, responses())


@pytest.mark.parametrize(
    ("old", "new", "line_of", "words"),
    [
        ("draws: 500", "draws: 50", "draws:", "greater than or equal to 100"),
        ("share_of_today: 0.90", "share_of_todya: 0.90", "partner_keeps", "share_of_today"),
        ("worse_at_most: 0.05", "worse_at_most: much", "worse_at_most", "valid number"),
        ("1.00, 1.025", "1.025", "# Of every tier", "1.0 among the steps"),
        ("most_pct: 1.50", "most_pct: 0.01", "rate_limits", "most_pct of at least least_pct"),
        ("rate_pct: 0.35, tier_from_yuan: 0", "tier_from_yuan: 0", "- {channel", "rate_pct or"),
        ("plan: commission_plan", "plan: [", "response:", "not YAML"),
    ],
)
def test_a_faulty_declaration_is_refused_with_its_line(
    old: str, new: str, line_of: str, words: str
) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new)
    lines = text.splitlines()
    expected = next(k for k, line in enumerate(lines, start=1) if line_of in line)
    with pytest.raises(PlanDeclarationError) as raised:
        parse_plan(text, "plan.yaml")
    english, chinese = str(raised.value).splitlines()
    assert words in english
    number = int(english.split(":")[1])
    assert number in (expected, expected + 1)  # of the value, which may stand below its key
    assert "请更正" in chinese
