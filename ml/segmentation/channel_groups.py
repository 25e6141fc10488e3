"""Each channel's user groups: the segments over-represented among its payers, and their habits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import norm

from ml.segmentation.features.columns import as_table
from ml.segmentation.features.declared import FAMILIES, ChannelFamily
from ml.segmentation.fitted import FittedSegmentation, has_payments

FEWEST_USERS = 30  # customers of a channel below which its lift is not stated
LEVEL = 0.95


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
    above 1. A family of fewer users than ``fewest`` has null lifts and a reason.
    """
    customers = as_table(table)
    families = [f for f in FAMILIES if f.column in customers.column_names]
    k = len(fitted.segments)
    totals, counts = np.zeros(k), np.zeros((len(families), k))
    habits = np.zeros((len(families), k, len(fitted.space.describing)))
    for part, placed, nearest in fitted.batches(customers):
        paid = has_payments(part)
        totals += np.bincount(nearest.first[paid], minlength=k)
        for row, family in enumerate(families):
            uses = paid & (part.column(family.column).fill_null(0).to_numpy() > 0)
            counts[row] += np.bincount(nearest.first[uses], minlength=k)
            habits[row] += _sums(placed.described[uses], nearest.first[uses], k)
    rows = [
        _row(fitted, family, segment, (counts[row], totals, habits[row]), fewest)
        for row, family in enumerate(families)
        for segment in range(k)
    ]
    return pa.Table.from_pylist(rows)


def _row(
    fitted: FittedSegmentation,
    family: ChannelFamily,
    segment: int,
    sums: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    fewest: int,
) -> dict[str, Any]:
    """One family and segment from (users by segment, customers by segment, sums of habits)."""
    users, totals, habits = sums
    names: dict[str, Any] = {
        "channel_family": family.code,
        "channel_en": family.name_en,
        "channel_zh": family.name_zh,
        "segment": fitted.segments[segment].number,
    }
    means = habits[segment] / max(users[segment], 1)
    cell = _cell(users, totals, segment, fewest)
    return names | cell | _habits(fitted, means, users[segment] > 0)


def _sums(values: NDArray[np.float64], labels: NDArray[np.integer], k: int) -> NDArray[np.float64]:
    return np.column_stack([np.bincount(labels, weights=c, minlength=k) for c in values.T])


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


def _habits(
    fitted: FittedSegmentation, means: NDArray[np.float64], known: bool
) -> dict[str, float | None]:
    """Mean habits of the segment's users of the channel, null where a feature was left out."""
    found = dict(zip(fitted.space.describing, means.tolist(), strict=True)) if known else {}
    amount, delay = found.get("ln_mean_amount"), found.get("delay_mean")
    return {
        "typical_amount_yuan": None if amount is None else float(np.exp(amount)),
        "typical_days_from_bill": None if delay is None else float(np.expm1(delay)),
        "late_share": found.get("late_share"),
        "night_share": found.get("night_share"),
        "weekend_share": found.get("weekend_share"),
    }
