"""Why an uplift model is used, or not, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from ml.uplift import AVERAGE, FittedUplift

DEPLOYED, NOT_DEPLOYED, REFUSED = "deployed", "not_deployed", "refused"


@dataclass(frozen=True)
class Said:
    """A decision and its reason."""

    decision: str
    en: str
    zh: str


def decision_on(fitted: FittedUplift, cost_yuan: float, deployed: int, scored: int) -> Said:
    """Whether any contact pays by the lower end of the uplift, and how customers are told apart."""
    points = 100 * fitted.average.value
    low, high = 100 * fitted.average.low, 100 * fitted.average.high
    if fitted.learner == AVERAGE:
        told_en = "no learner's RATE is proven above 0, so everybody has the average uplift"
        told_zh = "各模型的RATE均未证实大于0，所有用户采用平均增益"
    else:
        told_en = f"the {fitted.learner} learner has the highest RATE, proven above 0"
        told_zh = f"{fitted.learner}学习器的RATE最高且证实大于0"
    average_en = f"average uplift {points:.2f} points ({low:.2f} to {high:.2f})"
    average_zh = f"平均增益{points:.2f}个百分点（{low:.2f}至{high:.2f}）"
    if deployed:
        pays_en = (
            f"for {deployed:,} of {scored:,} customers its lower end pays for the contact of "
            f"{cost_yuan:g} yuan (assumed)"
        )
        pays_zh = f"{scored:,}户中{deployed:,}户的增益下限足以支付触达成本{cost_yuan:g}元（假设值）"
    else:
        pays_en = f"nobody's lower end pays for the contact of {cost_yuan:g} yuan (assumed)"
        pays_zh = f"没有用户的增益下限足以支付触达成本{cost_yuan:g}元（假设值）"
    return Said(
        DEPLOYED if deployed else NOT_DEPLOYED,
        f"{average_en}; {told_en}; {pays_en}",
        f"{average_zh}；{told_zh}；{pays_zh}",
    )
