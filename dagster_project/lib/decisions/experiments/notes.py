"""What limits the reading of an effect, in both languages: refusals, and what to keep in mind."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import HOLDOUT
from dagster_project.lib.decisions.experiments.payment_days import PAST_DUE_DAYS
from dagster_project.lib.deliveries.messages import Bilingual
from ml.experiments.effects import ARM_EMPTY, NO_DENOMINATOR, ZERO_VARIANCE
from ml.experiments.sample_ratio import BLOCKS_BELOW
from ml.experiments.sequential import LEAST_EVENTS
from ml.experiments.survival import NOT_OBSERVED

SAMPLE_RATIO, NO_HOLDOUT, CREATIVES_UNEVEN = "sample_ratio", "no_holdout", "creatives_uneven"
NOT_MEASURED, NOT_PRICED = "not_measured", "not_priced"

REFUSALS = {
    SAMPLE_RATIO: Bilingual(
        f"the arms have not their planned sizes (p < {BLOCKS_BELOW}): assignment or recording is "
        "broken, no effect may be read",
        f"各组人数与计划比例不符（p < {BLOCKS_BELOW}），分组或记录有误，效果不可读",
    ),
    NO_HOLDOUT: Bilingual(
        "the campaign has no holdout: no effect can be told", "活动未设对照组，无法判断效果"
    ),
    CREATIVES_UNEVEN: Bilingual(
        f"the creatives are not spread alike over strata, arms and days (p < {BLOCKS_BELOW}): "
        "they were not drawn at random, no effect of theirs may be read",
        f"创意在分层、分组或日期间分布不一致（p < {BLOCKS_BELOW}），并非随机分配，其效果不可读",
    ),
    NOT_MEASURED: Bilingual(
        "not measured: its source was not delivered, or the bills are not old enough yet",
        "未计量：相关数据未交付，或账单尚未成熟",
    ),
    NOT_PRICED: Bilingual(
        "not computed: a channel that was used has no contract terms or no declared cost",
        "未计算：所用渠道缺少合同条款或处理成本",
    ),
    ARM_EMPTY: Bilingual(
        "an arm has fewer than two customers", "有分组不足两名用户"
    ),
    NO_DENOMINATOR: Bilingual("no bill fell due in an arm", "有分组没有到期账单"),
    ZERO_VARIANCE: Bilingual(
        "every customer of both arms has the same outcome: nothing can be inferred",
        "两组所有用户结果相同，无法推断",
    ),
    NOT_OBSERVED: Bilingual(
        "nobody is observed up to the limit yet", "尚无用户观察到期限末"
    ),
}  # fmt: skip


def campaign_remarks(campaign: Any) -> list[Bilingual]:
    """What holds for every effect of the campaign; ``campaign`` is a row of ``validity``."""
    found = []
    if not 0 < campaign.holdout_share < 1:
        found.append(
            Bilingual(
                "no planned holdout share, so the arms' sizes are not tested",
                "未声明对照组比例，未检验各组人数",
            )
        )
    for count, en, zh in (
        (
            campaign.outside_audience,
            "contacted without being of the audience, left out",
            "名用户不在受众内却被触达，未计入",
        ),
        (
            campaign.contacted_before_assignment,
            "contacted before assignment",
            "名用户在分组前被触达",
        ),
        (campaign.contacted_holdouts, "of the holdout contacted", "名对照组用户被触达"),
        (
            campaign.overlapping,
            "also in another campaign of the same days",
            "名用户同期参加其他活动",
        ),
    ):
        if count > 0:
            found.append(Bilingual(f"{count:,} customers {en}", f"{count:,} {zh}"))
    return found  # fmt: skip


def creative_remarks(campaign: Any) -> list[Bilingual]:
    """What holds for every creative of the campaign; ``campaign`` is a row of ``validity``."""
    if not campaign.without_creative:
        return []
    count = f"{int(campaign.without_creative):,}"
    return [
        Bilingual(
            f"{count} contacted customers without a stated creative, left out",
            f"{count} 名触达用户未注明创意，未计入",
        )
    ]


def outcome_remarks(row: Any, campaign: Any) -> list[Bilingual]:
    """What holds for one outcome or estimator; ``row`` is an effect, not refused."""
    found = []
    if row.is_running:
        found.append(
            Bilingual("still running, read the sequential interval", "仍在进行，请看序贯区间")
        )
    if row.estimator == "cace":
        found.append(
            Bilingual(
                "per customer reached, if an undelivered contact changes nothing",
                "按实际触达用户计，假定未送达者不受影响",
            )
        )
    if row.outcome == "days_to_pay":
        found.append(
            Bilingual(
                f"first bill after assignment, restricted mean up to {PAST_DUE_DAYS} days past due",
                f"分组后首期账单，截至到期后{PAST_DUE_DAYS}天的限制平均",
            )
        )
    if row.outcome == "relocated" and row.horizon == "campaign":
        found.append(
            Bilingual(
                "two payments in a row, counted to the declared today", "连续两次缴费，计至今日"
            )
        )
    if row.outcome in ("fee_saved_yuan", "cost_saved_yuan"):
        share = 0.0 if pd.isna(campaign.settled_share) else 100 * campaign.settled_share
        found.append(
            Bilingual(
                f"against the former channel; fees of {share:.0f} % of the payments by settlement "
                "files, the others by contract terms",
                f"相对原渠道；{share:.0f} %的缴费按结算文件计费，其余按合同条款",
            )
        )
    if row.outcome == "cost_saved_yuan":
        found.append(Bilingual("rests on assumed handling costs", "含假设的处理成本"))
    if row.is_rough:
        found.append(
            Bilingual(
                f"fewer than {LEAST_EVENTS} events: the interval is rough",
                f"事件不足{LEAST_EVENTS}次，区间粗略",
            )
        )
    if row.outcome == "opted_out" and row.against_arm == HOLDOUT:
        found.append(Bilingual("who is not contacted cannot opt out", "未触达者不会退订"))
    return found  # fmt: skip


def joined(remarks: list[Bilingual]) -> tuple[str | None, str | None]:
    """The remarks as one text in each language; None without any."""
    if not remarks:
        return None, None
    return "; ".join(r.en for r in remarks), "；".join(r.zh for r in remarks)
