"""What the interference check says, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

from dagster_project.lib.deliveries.messages import Bilingual
from ml.experiments.interference import Interference

NO_CAMPAIGN = Bilingual("no campaign has been measured yet", "尚无已计量的活动")
NOT_READABLE = Bilingual(
    "no effect against a random holdout can be read: there is nothing to check",
    "没有可读的随机对照效果，无可核对",
)
NOTHING_FORECAST = Bilingual(
    "the forecast of the channel comes to nothing: it was hardly used before",
    "该渠道此前几乎未使用，预测为零",
)


def still_running(ends_on: date) -> Bilingual:
    """The channel's volume is not complete."""
    return Bilingual(
        f"the campaign runs until {ends_on:%Y-%m-%d}; checked afterwards",
        f"活动至{ends_on:%Y-%m-%d}结束，届时核对",
    )


def too_short(days: int, needed: int) -> Bilingual:
    """No forecast with a known error can be made from before the campaign."""
    return Bilingual(
        f"{days} days of the channel are known before the campaign, {needed} are needed for a "
        "forecast whose error is known: not computed",
        f"活动前仅有该渠道{days}天数据，预测并估计误差需{needed}天，未计算",
    )


def of_volume(
    campaign: dict[str, Any], forecast: dict[str, Any], found: Interference, others: int
) -> Bilingual:
    """What came, what was forecast, what the experiment says; a comparison over time."""
    low, high = found.interval()
    also_en = f"; {others} other campaigns for it ran then, so it is not judged" if others else ""
    also_zh = f"；同期另有{others}个活动指向该渠道，不作判定" if others else ""
    return Bilingual(
        f"{found.observed:,.0f} payments through: {campaign['target_en']} in the campaign's days, "
        f"{found.forecast:,.0f} forecast by {forecast['model']} from the days before it (error out "
        f"of {forecast['origins']} earlier spans); the experiment gives "
        f"{found.expected_gain:+,.0f}: unexplained [{low:+,.0f}, {high:+,.0f}], "
        f"p = {found.p_value:.2f}. A comparison over time, never an effect{also_en}",
        f"活动期内经{campaign['target_zh']}缴费{found.observed:,.0f}笔，{forecast['model']}依据活动前数据"
        f"预测{found.forecast:,.0f}笔（误差取自此前{forecast['origins']}段）；实验效果"
        f"{found.expected_gain:+,.0f}笔，未解释部分[{low:+,.0f}, {high:+,.0f}]，"
        f"p = {found.p_value:.2f}。此为时间对照，不代表效果{also_zh}",
    )
