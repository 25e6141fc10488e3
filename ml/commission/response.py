"""How a channel's share answers to its commission: past changes of terms, pooled with a prior.

A partner that is paid more promotes more.  The response eta is the change of the log odds of the
channel per percentage point of commission on a typical payment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ml.commission.terms import Array

SMALLEST_CHANGE = 0.02  # percentage points; a smaller one moves nobody
LEAST_BEFORE, LEAST_AFTER = 4, 2  # months, for a trend and for a mean with a spread


@dataclass(frozen=True)
class Prior:
    """Declared belief per percentage point: mean response, its sd, the sd between channels."""

    mean: float
    sd: float
    between_sd: float


@dataclass(frozen=True)
class Responses:
    """Posterior of the responses of some channels, and draws of it."""

    channels: tuple[str, ...]
    mean: Array  # (K,)
    sd: Array  # (K,)
    draws: Array  # (D, K)
    is_assumed: tuple[bool, ...]  # no change of the channel's own terms was seen

    def of(self, channel: str) -> tuple[float, float, bool]:
        """Mean, sd and whether it is assumed."""
        k = self.channels.index(channel)
        return float(self.mean[k]), float(self.sd[k]), self.is_assumed[k]


def event_estimates(months: pd.DataFrame, habit_per_month: float) -> pd.DataFrame:
    """Response of every channel whose contract changed, from its monthly shares.

    For a change of ``x`` percentage points in month t0, over the months from the change before to
    the change after: ``ln(n_c / n_ref) = a + b t + g z_t``, ``z_t = 1 - h^(t - t0 + 1)`` from t0 on
    and 0 before: habit h lets a part of the payments follow the change in each month, so g is its
    effect in the long run.  ``eta = g / x`` with the OLS standard error of g over |x|.  The
    reference is all payments of channels whose terms never changed, so common seasons cancel.

    Args:
        months: channel, month (first day), payments, contract, paid_pct (of a typical payment;
            nan without a contract); complete months only.
        habit_per_month: h, share of the payments that stay out of habit for another month.

    Returns:
        channel, changed_month, change_points, estimate, std_error, months_before, months_after:
        one row a change with enough months around it.
    """
    changes = _changes(months)
    steady = months[~months["channel"].isin(changes["channel"])]
    reference = steady.groupby("month")["payments"].sum()
    rows = [
        found
        for change in changes.itertuples()
        if (found := _estimate(months, reference, changes, change, habit_per_month))
    ]
    columns = [
        "channel", "changed_month", "change_points", "estimate", "std_error", "months_before",
        "months_after",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _changes(months: pd.DataFrame) -> pd.DataFrame:
    """Months in which a channel's contract is another than in the month before."""
    ordered = months.sort_values(["channel", "month"])
    before = ordered.groupby("channel")[["contract", "paid_pct"]].shift()
    is_change = before["contract"].notna() & (ordered["contract"] != before["contract"])
    found = ordered.assign(change_points=ordered["paid_pct"] - before["paid_pct"])[is_change]
    return found[found["change_points"].abs() >= SMALLEST_CHANGE][
        ["channel", "month", "change_points"]
    ]


def _estimate(
    months: pd.DataFrame,
    reference: pd.Series,
    changes: pd.DataFrame,
    change: object,
    habit: float,
) -> tuple[object, ...] | None:
    """The regression around one change; None with too few months."""
    channel, at, points = change.channel, change.month, change.change_points  # type: ignore[attr-defined]
    own = months[months["channel"] == channel].set_index("month")["payments"]
    others = [month for month in changes[changes["channel"] == channel]["month"] if month != at]
    first = max((month for month in others if month < at), default=date.min)
    last = min((month for month in others if month > at), default=date.max)
    span = [m for m in own.index.intersection(reference.index) if first <= m < last]
    after = [_months_between(at, month) for month in span]
    is_after = np.array([since >= 0 for since in after])
    if (~is_after).sum() < LEAST_BEFORE or is_after.sum() < LEAST_AFTER:
        return None
    followed = np.array([1 - habit ** (since + 1) if since >= 0 else 0.0 for since in after])
    y = np.log(own[span].to_numpy(float) / reference[span].to_numpy(float))
    design = np.column_stack([np.ones(len(y)), after, followed])
    beta, variance = _least_squares(design, y)
    return (
        channel, at, float(points), float(beta[2] / points),
        float(np.sqrt(variance[2, 2]) / abs(points)), int((~is_after).sum()), int(is_after.sum()),
    )  # fmt: skip


def _least_squares(design: Array, y: Array) -> tuple[Array, Array]:
    """OLS coefficients and their covariance."""
    inverse = np.linalg.inv(design.T @ design)
    beta: Array = inverse @ design.T @ y
    residual = y - design @ beta
    return beta, inverse * float(residual @ residual) / (len(y) - design.shape[1])


def _months_between(start: date, month: date) -> int:
    return (month.year - start.year) * 12 + month.month - start.month


def pooled(
    channels: Sequence[str],
    estimates: Mapping[str, Sequence[tuple[float, float]]],
    prior: Prior,
    draws: int,
    seed: int,
) -> Responses:
    """Partial pooling: ``m ~ N(mean, sd^2)``, ``eta_c ~ N(m, between^2)``, estimates around eta_c.

    All is normal, so the posterior of (m, eta) is, with the precision matrix of the three lines; a
    channel without an estimate keeps what the others say of m.

    Args:
        channels: the K channels.
        estimates: (estimate, standard error) of each change, by channel.
        prior: declared.
        draws: D.
        seed: of the draws.
    """
    size = len(channels)
    precision = np.zeros((size + 1, size + 1))  # the common mean m comes first
    linear = np.zeros(size + 1)
    precision[0, 0], linear[0] = 1 / prior.sd**2, prior.mean / prior.sd**2
    between = 1 / prior.between_sd**2
    for k, channel in enumerate(channels, start=1):
        precision[0, 0] += between
        precision[k, k] += between
        precision[0, k] = precision[k, 0] = -between
        for estimate, error in estimates.get(channel, ()):
            precision[k, k] += 1 / error**2
            linear[k] += estimate / error**2
    covariance = np.linalg.inv(precision)
    mean = covariance @ linear
    drawn = np.random.default_rng(seed).multivariate_normal(mean, covariance, size=draws)
    is_assumed = tuple(not estimates.get(channel) for channel in channels)
    return Responses(
        tuple(channels), mean[1:], np.sqrt(np.diag(covariance))[1:], drawn[:, 1:], is_assumed
    )
