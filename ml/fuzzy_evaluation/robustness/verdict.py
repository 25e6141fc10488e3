"""Robust or not: two bars, and the reason in both languages."""

from __future__ import annotations

from ml.fuzzy_evaluation.wording import Said, joined

SAME_TOP_BAR = 0.8  # P(the same unit is first) under noise in the weights
AGREEMENT_BAR = 0.7  # lowest Kendall tau of the declared operator with the four others


def verdict(same_top: float, top: Said, tau: float | None, with_operator: str) -> tuple[bool, Said]:
    """Whether both bars are met, and what was measured against them."""
    parts = [_top(same_top, top), _agreement(tau, with_operator)]
    is_robust = same_top >= SAME_TOP_BAR and tau is not None and tau >= AGREEMENT_BAR
    head = Said("robust", "稳健") if is_robust else Said("not robust", "不稳健")
    body = joined(parts)
    return is_robust, Said(f"{head.en}: {body.en}", f"{head.zh}：{body.zh}")


def _top(same_top: float, top: Said) -> Said:
    is_met = same_top >= SAME_TOP_BAR
    return Said(
        f"{top.en} stays first in {same_top:.1%} of the weight draws"
        f" ({'bar' if is_met else 'below the bar of'} {SAME_TOP_BAR:.0%})",
        f"在 {same_top:.1%} 的权重抽样中{top.zh}保持第一"
        f"（{'达到' if is_met else '低于'}门槛 {SAME_TOP_BAR:.0%}）",
    )


def _agreement(tau: float | None, with_operator: str) -> Said:
    if tau is None:
        return Said(
            f"no agreement can be computed: {with_operator} ranks all units alike",
            f"无法计算一致性：{with_operator} 对各单元排名相同",
        )
    is_met = tau >= AGREEMENT_BAR
    return Said(
        f"lowest agreement of the operators tau = {tau:.2f}, with {with_operator}"
        f" ({'bar' if is_met else 'below the bar of'} {AGREEMENT_BAR:.1f})",
        f"与 {with_operator} 的一致性最低，tau = {tau:.2f}"
        f"（{'达到' if is_met else '低于'}门槛 {AGREEMENT_BAR:.1f}）",
    )
