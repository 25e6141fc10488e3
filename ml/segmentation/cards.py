"""A card per segment: size, value, habits, channels, what sets it apart, an example customer.

Sums are collected batch by batch; nothing is kept per customer. ``differences`` is the long table
behind the words of a card.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.segmentation.explanation.differences import (
    SegmentSums,
    segment_sums,
    standardised_differences,
)
from ml.segmentation.explanation.naming import phrases
from ml.segmentation.features.columns import Floats, as_table
from ml.segmentation.features.declared import label
from ml.segmentation.features.space import SHARES
from ml.segmentation.fitted import FittedSegmentation, Segment, has_payments

WORDS_ON_A_CARD = 4


@dataclass(frozen=True)
class Profiles:
    """``cards``: one row per segment; ``differences``: one per segment and feature."""

    cards: pa.Table
    differences: pa.Table


def profile_segments(fitted: FittedSegmentation, table: Any) -> Profiles:
    """The cards of a release over the customers of ``table``; raises where none has paid."""
    k = len(fitted.segments)
    sums: list[SegmentSums] = []
    money: list[Floats] = []
    examples = Examples(k)
    for part, placed, nearest in fitted.batches(as_table(table)):
        paid = has_payments(part)
        first, distance = nearest.first[paid], nearest.distance[paid]
        sums.append(segment_sums(placed.described[paid], first, k))
        money.append(_money(part, paid, first, k))
        examples.see(part, np.flatnonzero(paid), first, distance)
    total = reduce(add, sums)
    if not total.customers.sum():
        raise ValueError("no customer has a payment: there is no segment to describe")
    gaps = standardised_differences(total)
    rows = [
        _card(fitted, row, total, reduce(add, money)[row], gaps[row])
        | {"example_customer_id": examples.found[row]}
        for row in range(k)
    ]
    return Profiles(pa.Table.from_pylist(rows), _differences(fitted, total, gaps))


class Examples:
    """The medoids: per segment the id of the customer nearest to its centroid so far."""

    def __init__(self, k: int) -> None:
        self.found: list[Any] = [None] * k
        self._nearest = np.full(k, np.inf)

    def see(
        self,
        part: pa.Table,
        rows: NDArray[np.int64],
        labels: NDArray[np.integer],
        distance: NDArray[np.floating],
    ) -> None:
        """Look at one batch: ``rows`` are the places in ``part`` of the labelled customers."""
        if "customer_id" not in part.column_names:
            return
        for segment in range(len(self.found)):
            own = np.flatnonzero(labels == segment)
            if not len(own):
                continue
            best = own[distance[own].argmin()]
            if distance[best] < self._nearest[segment]:
                self._nearest[segment] = distance[best]
                self.found[segment] = part.column("customer_id")[int(rows[best])].as_py()


def _money(part: pa.Table, paid: NDArray[np.bool_], labels: NDArray[np.integer], k: int) -> Floats:
    """Payments and yuan per segment, k x 2; yuan is NaN where amounts are not delivered."""
    columns = []
    for name in ("payments", "amount_sum"):
        if name not in part.column_names:
            columns.append(np.full(k, np.nan))
            continue
        values = part.column(name).cast(pa.float64()).fill_null(0.0).to_numpy()[paid]
        columns.append(np.bincount(labels, weights=values, minlength=k))
    return np.column_stack(columns)


def _card(
    fitted: FittedSegmentation, row: int, total: SegmentSums, money: Floats, gaps: Floats
) -> dict[str, Any]:
    segment, names = fitted.segments[row], fitted.space.describing
    means = dict(zip(names, total.means[row].tolist(), strict=True))
    apart = phrases(np.nan_to_num(gaps), names)[:WORDS_ON_A_CARD]
    size = float(total.customers[row])
    family = max((n for n in names if n in SHARES), key=lambda n: means[n], default=None)
    return (
        _identity(segment)
        | {
            "customers": int(size),
            "share_pct": 100 * size / float(total.customers.sum()),
            "payments": int(money[0]),
            "amount_yuan": _known(money[1]),
            "mean_amount_yuan": _known(money[1] / money[0]) if money[0] else None,
            "typical_days_from_bill": _known(np.expm1(means.get("delay_mean", np.nan))),
            "late_share_pct": _known(100 * means.get("late_share", np.nan)),
            "online_share_pct": _known(100 * means.get("digital_share", np.nan)),
            "night_share_pct": _known(100 * means.get("night_share", np.nan)),
            "main_channel_family": SHARES[family].code if family else None,
            "main_channel_share_pct": _known(100 * means[family]) if family else None,
            "sets_apart_en": "; ".join(words.en for words in apart),
            "sets_apart_zh": "；".join(words.zh for words in apart),
        }
        | _explanation(fitted, row)
    )


def _explanation(fitted: FittedSegmentation, row: int) -> dict[str, Any]:
    """The rule that imitates the segment, and why there are as many segments."""
    rule = fitted.surrogate.rules[row]
    return {
        "rule_en": rule.en,
        "rule_zh": rule.zh,
        "rule_fidelity": fitted.surrogate.fidelity,
        "is_rule_faithful": fitted.surrogate.is_faithful,
        "is_stable": fitted.choice.is_stable,
        "choice_reason_en": fitted.choice.reason.en,
        "choice_reason_zh": fitted.choice.reason.zh,
    }


def _identity(segment: Segment) -> dict[str, Any]:
    return {
        "segment": segment.number,
        "segment_name_en": segment.name.en,
        "segment_name_zh": segment.name.zh,
        "is_new": segment.is_new,
    }


def _known(value: float) -> float | None:
    """A number, or nothing where it could not be computed."""
    return float(value) if np.isfinite(value) else None


def _differences(fitted: FittedSegmentation, total: SegmentSums, gaps: Floats) -> pa.Table:
    means = total.means
    return pa.Table.from_pylist(
        [
            {
                "segment": segment.number,
                "feature": name,
                "feature_en": label(name, False),
                "feature_zh": label(name, True),
                "segment_mean": _known(means[row, j]),
                "standardised_difference": _known(gaps[row, j]),
            }
            for row, segment in enumerate(fitted.segments)
            for j, name in enumerate(fitted.space.describing)
        ]
    )
