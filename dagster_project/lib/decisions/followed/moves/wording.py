"""What the figures on moves say, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

from dagster_project.lib.deliveries.messages import Bilingual
from ml.matching.moving import Moving

NO_CAMPAIGN = Bilingual("no campaign has been measured yet", "尚无已计量的活动")
NO_ROUND = Bilingual("guidance has recommended nothing to anybody yet", "尚无渠道引导轮次")
NOT_READABLE = Bilingual(
    "no effect of contacts in the window against a random holdout can be read: nothing to compare",
    "没有可读的窗口期触达相对随机对照组的效果，无从比较",
)
FEW_IN_ARMS = Bilingual(
    "too few customers in an arm to compare", "有分组用户过少，不作比较"
)  # fmt: skip
FEW_IN_ROUND = Bilingual("too few customers were guided to compare", "引导用户过少，不作比较")
OUTCOMES = {
    "relocated": Bilingual("paid through it twice in a row", "连续两次经其缴费"),
    "paid_through_target": Bilingual("paid through it in the campaign", "活动期内经其缴费"),
}


def not_declared(campaign: dict[str, Any]) -> Bilingual:
    """Guidance knows no chance of moving to that channel by that means."""
    pair = f"{campaign['target_channel_code']}, {campaign['contact_means']}"
    return Bilingual(
        f"guidance declares no chance of moving for this channel and means ({pair}): no prediction",
        f"渠道引导未声明该渠道与触达方式的转移概率（{pair}），无预测",
    )


def too_early(judged_on: date) -> Bilingual:
    """The customers have not had the time to move."""
    return Bilingual(
        f"judged from {judged_on:%Y-%m-%d} on, when it has ended and two bills could be paid",
        f"自{judged_on:%Y-%m-%d}起对照：届时已结束且可完成两期缴费",
    )


def too_young(days: int) -> Bilingual:
    """No round is old enough."""
    return Bilingual(
        f"no round of guidance is {days} days old yet: two bills could then be paid",
        f"尚无满{days}天的引导轮次：届时可完成两期缴费",
    )


def of_campaign(campaign: dict[str, Any], row: dict[str, Any], chance: Moving) -> Bilingual:
    """What was predicted, on which basis, and what the holdout says."""
    effect, low, high = (100 * row[name] for name in ("effect", "effect_low", "effect_high"))
    basis = _basis(chance)
    outcome = OUTCOMES[row["outcome"]]
    said, width = 100 * chance.mean, 100 * chance.sd
    return Bilingual(
        f"{said:.1f} % (sd {width:.1f}) of {row['treated']:,} customers were predicted to move to: "
        f"{campaign['target_en']}, after a contact by: {campaign['means'].en}; {basis.en}. "
        f"Measured against {row['controls']:,} held out at random: {effect:+.1f} points "
        f"[{low:.1f}, {high:.1f}] {outcome.en}",
        f"预测{row['treated']:,}户经{campaign['means'].zh}触达后有{said:.1f}%（标准差{width:.1f}）转移至"
        f"{campaign['target_zh']}；{basis.zh}。相对随机对照组{row['controls']:,}户，"
        f"{outcome.zh}的比例实测变化{effect:+.1f}个百分点[{low:.1f}, {high:.1f}]",
    )


def _basis(chance: Moving) -> Bilingual:
    if not chance.effects:
        return Bilingual(
            "an assumption as declared, no campaign before", "依据声明的假设，此前无活动"
        )
    return Bilingual(
        f"estimated from {chance.effects} earlier campaigns and the declared assumption",
        f"依据此前{chance.effects}个活动的实测与声明的假设估计",
    )


def of_untreated(
    guided: dict[str, Any], held: dict[str, Any], points: tuple[float, ...]
) -> Bilingual:
    """A round with customers who were left alone at random."""
    effect, low, high = (100 * point for point in points)
    return Bilingual(
        f"{guided['customers']:,} customers were guided, {guided['contacted']:,} of them contacted "
        f"for it, {guided['moved']:,} moved; of {held['customers']:,} whom the standing holdout "
        f"left alone at random {held['moved']:,} moved: {effect:+.2f} points "
        f"[{low:.2f}, {high:.2f}]; {_assumed(guided).en}",
        f"引导{guided['customers']:,}户，其中触达{guided['contacted']:,}户，转移{guided['moved']:,}户；"
        f"全局对照组随机不触达的{held['customers']:,}户中转移{held['moved']:,}户："
        f"{effect:+.2f}个百分点[{low:.2f}, {high:.2f}]；{_assumed(guided).zh}",
    )


def of_observed(guided: dict[str, Any], because: Bilingual) -> Bilingual:
    """A round without a comparison: what was seen is nobody's effect."""
    return Bilingual(
        f"an observational comparison, never an effect: {because.en}. Of {guided['customers']:,} "
        f"guided customers {guided['contacted']:,} were contacted for it on record, and "
        f"{guided['moved']:,} moved, with or without; {_assumed(guided).en}",
        f"仅为观察性对照，不代表效果：{because.zh}。引导{guided['customers']:,}户，有记录的触达"
        f"{guided['contacted']:,}户，转移{guided['moved']:,}户（含未受触达者）；{_assumed(guided).zh}",
    )


FEW_CONTACTED = Bilingual(
    "hardly more of them were contacted than of those left alone at random",
    "其触达比例与随机不触达的用户相差无几",
)
NOBODY_LEFT_ALONE = Bilingual(
    "too few of them were left alone at random", "随机不触达的用户过少"
)  # fmt: skip


def _assumed(guided: dict[str, Any]) -> Bilingual:
    share = 100 * guided["assumed"] / guided["customers"]
    return Bilingual(
        f"chance of moving assumed for {share:.0f} % of them", f"其中{share:.0f}%的转移概率为假设"
    )
