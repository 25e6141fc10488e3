"""What the models decline to do, said in both languages: a code, and why."""

from __future__ import annotations

from typing import NamedTuple


class Refusal(NamedTuple):
    """A reason that a user can read."""

    code: str
    zh: str
    en: str


OWN_HISTORY, STRATUM_PRIOR, REFUSED, NOT_CALIBRATED = range(4)
BASIS = (
    Refusal("own_history", "依据客户自己的缴费记录", "from the customer's own payments"),
    Refusal(
        "stratum_prior", "没有自己的记录，采用同类客户的规律", "no own payments: from its stratum"
    ),
    Refusal(
        "no_payment_no_stratum",
        "既无缴费记录，也无客户类别，不作预测",
        "neither a payment nor a known stratum: no forecast",
    ),
    Refusal(
        "not_calibrated",
        "该类客户的窗口在前推检验中未达到校准要求，不发布窗口",
        "windows of this segment missed their coverage in the forward test: none is published",
    ),
)
TOO_FEW_ORIGINS = Refusal(
    "too_few_origins",
    "历史时点不足，无法前推检验，模型不发布",
    "too few origins for a forward test: nothing is published",
)
TOO_FEW_PAYMENTS = Refusal(
    "too_few_payments",
    "观察到的缴费太少，无法估计模型",
    "too few payments were seen to fit a model",
)
SINGLE_ORIGIN_WEIGHTS = Refusal(
    "weights_not_proven",
    "可前推检验的时点不足三个，各模型权重相等或依据较少时点，未经充分检验",
    "fewer than three forward origins: the weights rest on fewer, or are equal, and are not proven",
)
NOT_RECALIBRATED = Refusal(
    "not_recalibrated",
    "没有可用于校准的前一时点，窗口未经校准",
    "no earlier origin to calibrate on: the windows are not recalibrated",
)
