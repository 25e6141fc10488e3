"""A card per segment: size, value, habits, channels, what sets it apart, an example customer.

Sums are collected batch by batch; nothing is kept per customer. No number of a card rests on an
imputed value: a mean is that of the customers of whom it is known, null where they are fewer than
half, and ``remarks`` says so. ``differences`` is the long table behind the words of a card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.segmentation.clustering.nearest import Nearest
from ml.segmentation.explanation.coverage import remarks
from ml.segmentation.explanation.differences import (
    SegmentSums,
    segment_sums,
    standardised_differences,
)
from ml.segmentation.explanation.naming import main_family, segment_phrases
from ml.segmentation.features.columns import Floats, as_table
from ml.segmentation.features.declared import label
from ml.segmentation.features.space import SHARES, Placed
from ml.segmentation.fitted import FittedSegmentation, Segment, has_payments
from ml.segmentation.words import Words

WORDS_ON_A_CARD = 4
FAR_AWAY = 1e6  # added to the distance of an example per imputed feature
SHOWN = ("delay_mean", "late_share", "digital_share", "night_share")


@dataclass(frozen=True)
class Profiles:
    """``cards``: one row per segment; ``differences``: one per segment and feature."""

    cards: pa.Table
    differences: pa.Table


def profile_segments(fitted: FittedSegmentation, table: Any) -> Profiles:
    """The cards of a release over the customers of ``table``; raises where none has paid."""
    cards = CardSums(fitted)
    for batch in fitted.batches(as_table(table)):
        cards.see(*batch)
    return cards.profiles()


class CardSums:
    """What the cards need of all customers, collected batch by batch."""

    def __init__(self, fitted: FittedSegmentation) -> None:
        self._fitted, self._k = fitted, len(fitted.segments)
        self._total: SegmentSums | None = None
        self._money = np.zeros((self._k, 3))
        self._examples = Examples(self._k)

    def see(self, part: pa.Table, placed: Placed, nearest: Nearest) -> None:
        """Add one batch."""
        paid = has_payments(part)
        first, distance = nearest.first[paid], nearest.distance[paid]
        found = segment_sums(placed.described[paid], first, self._k)
        self._total = found if self._total is None else self._total + found
        self._money += _money(part, paid, first, self._k)
        self._examples.see(
            part, np.flatnonzero(paid), first, distance + FAR_AWAY * placed.imputed[paid]
        )

    def profiles(self) -> Profiles:
        """The cards of all batches seen; raises where nobody has paid."""
        total = self._total
        if total is None or not total.customers.sum():
            raise ValueError("no customer has a payment: there is no segment to describe")
        said = segment_phrases(total, self._fitted.space.describing)
        rows = [
            _card(self._fitted, row, total, self._money[row])
            | _apart(said[row][:WORDS_ON_A_CARD])
            | _explanation(self._fitted, row)
            | {"example_customer_id": self._examples.found[row]}
            for row in range(self._k)
        ]
        gaps = standardised_differences(total)
        return Profiles(pa.Table.from_pylist(rows), _differences(self._fitted, total, gaps))


class Examples:
    """The medoids: per segment the id of the customer nearest to its centroid so far.

    A customer with an imputed feature stands for its segment only where nobody else does.
    """

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
    """Payments, yuan, and payments of known yuan per segment, k x 3; unknown yuan is NaN."""
    payments = part.column("payments").cast(pa.float64()).fill_null(0.0).to_numpy()[paid]
    counted = np.bincount(labels, weights=payments, minlength=k)
    if "amount_sum" not in part.column_names:
        return np.column_stack([counted, np.full(k, np.nan), np.zeros(k)])
    amounts = part.column("amount_sum").cast(pa.float64()).to_numpy(zero_copy_only=False)[paid]
    known = ~np.isnan(amounts)
    if not known.any() and len(known):
        return np.column_stack([counted, np.full(k, np.nan), np.zeros(k)])
    own = labels[known]
    yuan = np.bincount(own, weights=amounts[known], minlength=k)
    return np.column_stack([counted, yuan, np.bincount(own, payments[known], minlength=k)])


def _card(
    fitted: FittedSegmentation, row: int, total: SegmentSums, money: Floats
) -> dict[str, Any]:
    segment, names = fitted.segments[row], fitted.space.describing
    means = dict(zip(names, total.speaking[row].tolist(), strict=True))
    family, size = main_family(total.speaking[row], names), float(total.customers[row])
    said = remarks(fitted.space, SHOWN, total.known_share[row])
    return _identity(segment) | {
        "customers": int(size),
        "share_pct": 100 * size / float(total.customers.sum()),
        "payments": int(money[0]),
        "amount_yuan": _known(money[1]),
        "mean_amount_yuan": _known(money[1] / money[2]) if money[2] else None,
        "typical_days_from_bill": _known(np.expm1(means.get("delay_mean", np.nan))),
        "late_share_pct": _known(100 * means.get("late_share", np.nan)),
        "online_share_pct": _known(100 * means.get("digital_share", np.nan)),
        "night_share_pct": _known(100 * means.get("night_share", np.nan)),
        "main_channel_family": SHARES[family].code if family else None,
        "main_channel_share_pct": _known(100 * means[family]) if family else None,
        "remarks_en": said.en if said else None,
        "remarks_zh": said.zh if said else None,
    }


def _apart(words: list[Words]) -> dict[str, Any]:
    return {
        "sets_apart_en": "; ".join(word.en for word in words),
        "sets_apart_zh": "；".join(word.zh for word in words),
    }


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
                "known_share": _known(total.known_share[row, j]),
                "standardised_difference": _known(gaps[row, j]),
            }
            for row, segment in enumerate(fitted.segments)
            for j, name in enumerate(fitted.space.describing)
        ]
    )
