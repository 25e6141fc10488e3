"""The four value groups (高价值, 大众, 潜力, 低价值) with their definition in words.

They cut the customers at the means of total amount and number of payments; no clustering.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.segmentation.features.columns import BadColumnError, Floats
from ml.segmentation.words import Words

NAMES = (
    Words("high value", "高价值"),
    Words("mass", "大众"),
    Words("potential", "潜力"),
    Words("low value", "低价值"),
)
HIGH, MASS, POTENTIAL, LOW = range(4)


@dataclass(frozen=True)
class ValueGroups:
    """Group of each customer (index into ``NAMES``), the two thresholds, the definition."""

    group: NDArray[np.int8]
    mean_amount: float
    mean_payments: float
    definition: Words

    @property
    def sizes(self) -> list[int]:
        """Customers per group in the order of ``NAMES``."""
        return np.bincount(self.group, minlength=len(NAMES)).tolist()


def value_groups(amount: Floats, payments: Floats) -> ValueGroups:
    """Group by total amount (yuan) and number of payments against the means of all customers.

    Above both means high value, only the amount potential, only the number mass, neither low
    value; a customer at a mean is not above it. Raises on no customers or unknown sums.
    """
    amount, payments = np.asarray(amount, float), np.asarray(payments, float)
    unknown = int((~np.isfinite(amount) | ~np.isfinite(payments)).sum())
    if not len(amount) or unknown:
        raise BadColumnError(
            f"{unknown} of {len(amount)} customers have no finite amount or number of payments; "
            "value groups need both sums of one or more customers: leave the others out"
        )
    mean_amount, mean_payments = float(amount.mean()), float(payments.mean())
    rich, frequent = amount > mean_amount, payments > mean_payments
    group = np.select([rich & frequent, frequent, rich], [HIGH, MASS, POTENTIAL], LOW)
    return ValueGroups(
        group.astype(np.int8), mean_amount, mean_payments, _definition(mean_amount, mean_payments)
    )


def _definition(amount: float, payments: float) -> Words:
    return Words(
        f"against the means of all customers ({amount:.2f} yuan, {payments:.2f} payments): above "
        "both high value; more payments only mass; more yuan only potential; neither low value",
        f"以全体客户均值（{amount:.2f}元、{payments:.2f}次）为界：金额与次数均高为高价值，"
        "仅次数高为大众，仅金额高为潜力，均低为低价值",
    )
