"""The features of a segment: name, unit, source columns, transform, weight and its reason.

A change of what customers are compared by is a change of this list. How a feature is computed
from the sums stands in ``measures``; how it is brought to one scale stands in ``scaling``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Transform = Literal["yeo_johnson", "none"]


@dataclass(frozen=True)
class Feature:
    """One declared feature; ``weight`` multiplies the scaled value, so distances by its square."""

    name: str
    name_en: str
    name_zh: str
    unit: str
    needs: tuple[str, ...]
    evidence: str  # the column that counts observations: none, and the feature is imputed
    transform: Transform
    weight: float
    reason: str
    floor: float  # smallest spread worth a full unit of distance, in the transformed unit
    high_en: str
    high_zh: str
    low_en: str
    low_zh: str


@dataclass(frozen=True)
class ChannelFamily:
    """One part of the composition of a customer's payments over channel families."""

    code: str
    name_en: str
    name_zh: str

    @property
    def column(self) -> str:
        """The count column that this family needs."""
        return f"{self.code}_payments"

    @property
    def share(self) -> str:
        """The name under which cards and explanations show its share."""
        return f"{self.code}_share"


FAMILIES = (
    ChannelFamily("counter", "business hall", "营业厅"),
    ChannelFamily("kiosk", "kiosk", "自助终端"),
    ChannelFamily("bank", "bank", "银行"),
    ChannelFamily("wechat", "WeChat", "微信"),
    ChannelFamily("alipay", "Alipay", "支付宝"),
    ChannelFamily("app", "utility app", "网上国网"),
    ChannelFamily("other", "other outlet", "其他渠道"),
)
PREPAID = "is_prepaid"
MIX, MIX_EN, MIX_ZH = "channel_mix", "channel mix", "渠道构成"
# The mix is one idea on several coordinates: the block as a whole weighs as much as two features.
MIX_WEIGHT = 1.4142135623730951
MIX_REASON = "the question of the segmentation is who pays where; one block, not six features"

FEATURES = (
    Feature(
        "ln_mean_amount", "mean amount", "笔均金额", "ln yuan", ("payments", "amount_sum"),
        "payments", "yeo_johnson", 1.0,
        "what a customer is worth; sizes differ by orders of magnitude", 0.1,
        "large bills", "大额", "small bills", "小额",
    ),
    Feature(
        "amount_cv", "variation of amounts", "金额波动", "ratio",
        ("payments", "amount_sum", "amount_square_sum"),
        "payments", "yeo_johnson", 0.5,
        "mostly the season: half weight", 0.05,
        "varying amounts", "金额波动", "steady amounts", "金额稳定",
    ),
    Feature(
        "payments_per_bill", "payments per bill", "每账单缴费次数", "payments",
        ("payments", "bills"),
        "bills", "none", 0.5,
        "parts of a bill are seen seldom: half weight", 0.2,
        "pays in parts", "分次缴费", "skips bills", "间断缴费",
    ),
    Feature(
        "delay_mean", "days from bill, typical", "出账后缴费天数", "ln(1 + days)",
        ("matched_payments", "delay_log_sum", "delay_log_square_sum"),
        "matched_payments", "yeo_johnson", 1.0,
        "the window of contact rests on it", 0.1,
        "waits after the bill", "出账后较晚缴费", "pays soon after the bill", "出账即缴",
    ),
    Feature(
        "delay_sd", "spread of days from bill", "缴费天数离散度", "ln days",
        ("matched_payments", "delay_log_sum", "delay_log_square_sum"),
        "matched_payments", "yeo_johnson", 0.5,
        "a second moment of a dozen payments is noisy: half weight", 0.1,
        "irregular days", "缴费日不定", "regular days", "缴费日固定",
    ),
    Feature(
        "late_share", "share of bills paid late", "逾期比例", "share",
        ("due_payments", "late_payments"),
        "due_payments", "none", 1.0,
        "lateness is what collection and reminders act on", 0.1,
        "often overdue", "常逾期", "seldom overdue", "很少逾期",
    ),
    Feature(
        "arrears_days", "days in arrears per bill", "每账单欠费天数", "days",
        ("due_payments", "arrears_days"),
        "due_payments", "yeo_johnson", 0.5,
        "tells with the share of late bills the same story: half weight", 1.0,
        "long arrears", "欠费时间长", "short arrears", "欠费时间短",
    ),
    Feature(
        "digital_share", "share paid online", "线上比例", "share", ("payments", "online_payments"),
        "payments", "none", 0.5,
        "repeats a part of the channel mix: half weight", 0.1,
        "online", "线上", "offline", "线下",
    ),
    Feature(
        "night_share", "share paid 18:00 to 6:00", "夜间比例", "share",
        ("timed_payments", "night_payments"),
        "timed_payments", "none", 0.5,
        "a habit for the hour of a contact, not a need: half weight", 0.1,
        "more often in the evening", "夜间缴费偏多", "more often by day", "日间缴费偏多",
    ),
    Feature(
        "weekend_share", "share paid at weekends", "周末比例", "share",
        ("payments", "weekend_payments"),
        "payments", "none", 0.25,
        "near two in seven for most; a weak sign of a habit", 0.1,
        "more often at weekends", "周末缴费偏多", "more often on weekdays", "工作日缴费偏多",
    ),
    Feature(
        "complaints", "complaints", "投诉", "ln(1 + complaints)", ("complaints",),
        "payments", "none", 0.25,
        "rare: it must tint a segment, not make one", 0.7,
        "complains more", "投诉偏多", "complains less", "投诉偏少",
    ),
    Feature(
        "contacts", "contacts received", "营销触达", "ln(1 + contacts)", ("contacts",),
        "payments", "none", 0.25,
        "our own doing rather than the customer's: quarter weight", 0.7,
        "contacted more", "触达偏多", "contacted less", "触达偏少",
    ),
)  # fmt: skip
BY_NAME = {feature.name: feature for feature in FEATURES}


def label(name: str, chinese: bool) -> str:
    """The shown name of a feature, of a family's share, of the channel mix or of the stratum."""
    if name == PREPAID:
        return "预付费" if chinese else "prepaid meter"
    if name == MIX:
        return MIX_ZH if chinese else MIX_EN
    for family in FAMILIES:
        if name == family.share:
            return f"{family.name_zh}占比" if chinese else f"share of {family.name_en}"
    return BY_NAME[name].name_zh if chinese else BY_NAME[name].name_en
