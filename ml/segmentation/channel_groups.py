"""Each channel's user groups: the segments over-represented among its payers, and their habits.

A channel is a family here, and families are all there is: the features count payments by family,
because the composition that separates customers needs few parts, none nearly always empty. Several
codes of one family (two banks) share a target group; to tell them apart the features would have
to carry one count per channel code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import norm

from ml.segmentation.clustering.nearest import Nearest
from ml.segmentation.explanation.coverage import remarks
from ml.segmentation.explanation.differences import SegmentSums, segment_sums
from ml.segmentation.features.columns import as_table
from ml.segmentation.features.declared import FAMILIES, ChannelFamily
from ml.segmentation.features.space import Placed
from ml.segmentation.fitted import FittedSegmentation, has_payments

FEWEST_USERS = 30  # customers of a channel below which its lift is not stated
LEVEL = 0.95
HABITS = ("ln_mean_amount", "delay_mean", "late_share", "night_share", "weekend_share")


@dataclass(frozen=True)
class Lift:
    """P(segment | uses the channel)/P(segment), with its interval."""

    value: float
    low: float
    high: float


def lift(inside: int, users: int, segment: int, everybody: int) -> Lift:
    """(inside/users)/(segment/everybody) with a log-normal interval.

    Users are part of everybody: Var ln L = (1/inside)(1 - p) (1 - f), p = inside/users and
    f = users/everybody (delta method with the finite population's correction); half a customer
    is added to an empty cell (Haldane). Raises where a total is zero.
    """
    if not users or not segment or not everybody:
        raise ValueError(f"lift of {inside} among {users}, {segment} of {everybody}: empty total")
    count = inside if inside else 0.5
    share = count / users
    value = share / (segment / everybody)
    error = np.sqrt(max(1 - share, 0.0) * max(1 - users / everybody, 0.0) / count)
    width = np.exp(float(norm.ppf(0.5 + LEVEL / 2)) * error)
    exact = value if inside else 0.0
    return Lift(exact, exact / width if inside else 0.0, value * width)


def channel_user_groups(
    fitted: FittedSegmentation, table: Any, fewest: int = FEWEST_USERS
) -> pa.Table:
    """One row per channel family and segment: users, lift with interval, habits of those users.

    A user paid through the family once or more; ``is_target_group`` where the interval lies
    above 1. A family of fewer users than ``fewest`` has null lifts and a reason. Habits are
    those of the users of whom they are known, null with a reason where these are under half.
    """
    groups = GroupSums(fitted)
    for batch in fitted.batches(as_table(table)):
        groups.see(*batch)
    return groups.rows(fewest)


class GroupSums:
    """Users by family and segment with their habits, collected batch by batch."""

    def __init__(self, fitted: FittedSegmentation) -> None:
        self._fitted, self._k = fitted, len(fitted.segments)
        self._totals = np.zeros(self._k)
        names = fitted.space.describing
        self._columns = [names.index(name) for name in HABITS if name in names]
        self._sums: dict[ChannelFamily, SegmentSums] = {}

    def see(self, part: pa.Table, placed: Placed, nearest: Nearest) -> None:
        """Add one batch."""
        paid = has_payments(part)
        self._totals += np.bincount(nearest.first[paid], minlength=self._k)
        habits = placed.described[:, self._columns]
        for family in FAMILIES:
            if family.column not in part.column_names:
                continue
            uses = paid & (part.column(family.column).fill_null(0).to_numpy() > 0)
            found = segment_sums(habits[uses], nearest.first[uses], self._k)
            held = self._sums.get(family)
            self._sums[family] = found if held is None else held + found

    def rows(self, fewest: int = FEWEST_USERS) -> pa.Table:
        """The table of all batches seen."""
        return pa.Table.from_pylist(
            [
                self._row(family, sums, segment, fewest)
                for family, sums in self._sums.items()
                for segment in range(self._k)
            ]
        )

    def _row(
        self, family: ChannelFamily, sums: SegmentSums, segment: int, fewest: int
    ) -> dict[str, Any]:
        names: dict[str, Any] = {
            "channel_family": family.code,
            "channel_en": family.name_en,
            "channel_zh": family.name_zh,
            "segment": self._fitted.segments[segment].number,
        }
        cell = _cell(sums.customers, self._totals, segment, fewest)
        habits = self._habits(sums.speaking[segment])
        if cell["reason_en"] is None and sums.customers[segment]:
            cell |= self._unknown(sums.known_share[segment])
        return names | cell | habits

    def _unknown(self, known_share: NDArray[np.float64]) -> dict[str, str | None]:
        """Why habits are null or describe a part of the users."""
        space = self._fitted.space
        shares = np.full(len(space.describing), np.nan)
        shares[self._columns] = known_share
        said = remarks(space, HABITS, shares)
        return {"reason_en": said.en if said else None, "reason_zh": said.zh if said else None}

    def _habits(self, means: NDArray[np.float64]) -> dict[str, float | None]:
        names = self._fitted.space.describing
        held = zip([names[j] for j in self._columns], means.tolist(), strict=True)
        found = {name: mean for name, mean in held if np.isfinite(mean)}
        amount, delay = found.get("ln_mean_amount"), found.get("delay_mean")
        return {
            "typical_amount_yuan": None if amount is None else float(np.exp(amount)),
            "typical_days_from_bill": None if delay is None else float(np.expm1(delay)),
            "late_share": found.get("late_share"),
            "night_share": found.get("night_share"),
            "weekend_share": found.get("weekend_share"),
        }


def _cell(
    counts: NDArray[np.float64], totals: NDArray[np.float64], segment: int, fewest: int
) -> dict[str, Any]:
    inside, users = int(counts[segment]), int(counts.sum())
    base: dict[str, Any] = {"users": inside, "channel_users": users}
    if users < fewest or not totals[segment]:
        unknown = {"lift": None, "lift_low": None, "lift_high": None, "is_target_group": None}
        english = f"{users} users of the channel: {fewest} are needed"
        return (
            base
            | unknown
            | {"reason_en": english, "reason_zh": f"渠道用户{users}户，至少需要{fewest}户"}
        )
    found = lift(inside, users, int(totals[segment]), int(totals.sum()))
    return base | {
        "lift": found.value,
        "lift_low": found.low,
        "lift_high": found.high,
        "is_target_group": found.low > 1,
        "reason_en": None,
        "reason_zh": None,
    }
