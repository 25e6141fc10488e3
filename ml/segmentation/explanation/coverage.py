"""Of how many customers a shown figure is known, in words: what a card says beside its numbers.

A figure stands for the customers of whom it was observed; of fewer than half it is not stated.
"""

from __future__ import annotations

import numpy as np

from ml.segmentation.explanation.differences import SPEAKS
from ml.segmentation.features.columns import Floats
from ml.segmentation.features.declared import label
from ml.segmentation.features.space import CONSTANT, NOT_DELIVERED, NOT_OBSERVED, FeatureSpace
from ml.segmentation.words import Words

NEARLY_ALL = 0.95  # known of so many, a figure needs no remark
DROPPED = {
    NOT_DELIVERED: Words("its source is not delivered", "数据源未提供"),
    NOT_OBSERVED: Words("it was observed of nobody", "没有任何观测"),
    CONSTANT: Words("it is the same for all customers", "全体客户相同"),
}


def remarks(space: FeatureSpace, features: tuple[str, ...], known_share: Floats) -> Words | None:
    """Why figures are missing or describe a part only; None where all are known of nearly all.

    ``known_share`` belongs to one segment, in the order of ``space.describing``.
    """
    shares = dict(zip(space.describing, known_share.tolist(), strict=True))
    by_reason: dict[Words, list[str]] = {}
    for name in features:
        reason = _reason(space, name, shares)
        if reason is not None:
            by_reason.setdefault(reason, []).append(name)
    if not by_reason:
        return None
    return Words(
        "; ".join(_listed(names, why.en, False) for why, names in by_reason.items()),
        "；".join(_listed(names, why.zh, True) for why, names in by_reason.items()),
    )


def _reason(space: FeatureSpace, name: str, shares: dict[str, float]) -> Words | None:
    if name in space.dropped:
        return DROPPED[space.dropped[name]]
    share = shares[name]
    if np.isnan(share) or share >= NEARLY_ALL:
        return None
    if not share:
        return Words(
            "not stated, for it is known of none of the customers", "无客户有记录，不予列示"
        )
    if share < SPEAKS:
        return Words(
            f"not stated, for it is known of {share:.0%} of the customers only",
            f"仅{share:.0%}的客户有记录，不予列示",
        )
    return Words(
        f"describes the {share:.0%} of the customers of whom it is known",
        f"仅反映有记录的{share:.0%}客户",
    )


def _listed(names: list[str], why: str, chinese: bool) -> str:
    if chinese:
        return "、".join(label(name, True) for name in names) + "：" + why
    return ", ".join(label(name, False) for name in names) + ": " + why
