"""Operational time: days of calendar as days of mean use, by the season of each customer type.

Lambda(t) = integral of mu(s) ds / mean mu.  The season is learned from monthly use; models of gaps
run on its clock and know nothing of months.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ml.payment_timing.contract import CLOCK_LOG, CLOCK_SQUARE, States, TimingModel
from ml.payment_timing.states import rows

MONTHS = 12
PRIOR_BILLS = 200.0  # bills of a month with which an index of one is believed
SMALLEST, LARGEST = 0.2, 5.0  # of an index; beyond it the bills are not those of one season
FIRST_DAY, LAST_DAY = 3_653, 36_525  # 1980 to 2070: the days that have a place on the clock


@dataclass(frozen=True)
class Season:
    """Use per day of each calendar month against the mean of the year, (s, 12)."""

    index: np.ndarray

    @classmethod
    def flat(cls, strata: int) -> Season:
        """Every day like the other: operational time is time."""
        return cls(np.ones((strata, MONTHS)))

    @classmethod
    def of_months(
        cls, month: np.ndarray, stratum: np.ndarray, use: np.ndarray, bills: np.ndarray, strata: int
    ) -> Season:
        """The index from monthly sums; a stratum without all twelve calendar months stays at one.

        index = (n u / mean of u over the months + m) / (n + m), u the use per bill and day.

        Args:
            month: months since 1970-01, (k,).
            stratum: codes, (k,); a customer type's sums stand under each of its strata.
            use: yuan or kWh of the month, (k,).
            bills: customers that the month's use was billed to, (k,).
            strata: number of strata.
        """
        begin = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        after = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        place, size = stratum * MONTHS + month % MONTHS, strata * MONTHS
        # Without any month numpy's weighted count is one of integers.
        count, total = (
            np.bincount(place, values, size).reshape(strata, MONTHS).astype(np.float64)
            for values in (bills, use / (after - begin))
        )
        known: np.ndarray = np.all((count > 0) & (total > 0), axis=1)
        daily = np.divide(total, count, out=np.ones_like(total), where=known[:, None])
        ratio = daily / daily.mean(axis=1, keepdims=True)
        index = (count * ratio + PRIOR_BILLS) / (count + PRIOR_BILLS)
        index = np.clip(np.where(known[:, None], index, 1.0), SMALLEST, LARGEST)
        return cls(index / index.mean(axis=1, keepdims=True))

    @property
    def is_flat(self) -> bool:
        """Whether no stratum has a season."""
        return bool((self.index == 1).all())

    def clock(self, stratum: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Days of mean use until the end of each day since 1970-01-01; shape of ``day``."""
        place = np.clip(day.astype(np.int64), FIRST_DAY, LAST_DAY) - FIRST_DAY
        return _clocks(self.index.tobytes(), len(self.index))[stratum, place]

    def operational(self, states: States) -> dict[str, np.ndarray]:
        """The states of gap models with days measured on the clock.

        The span is exact. Sums of ln t and A^2/t are those that the caller measured on this clock
        (``CLOCK_LOG``, ``CLOCK_SQUARE``); without them they are scaled by the ratio of the spans,
        which leaves the season's swing in them and so makes the windows too wide.
        """
        stratum, origin = states["stratum"].astype(np.int64), states["origin_day"]
        now = self.clock(stratum, origin)
        found = dict(states)
        for name in ("days_since_first", "days_since_last", "balance_age"):
            ago = states[name]
            then = self.clock(stratum, origin - np.nan_to_num(ago))
            found[name] = np.where(np.isnan(ago), np.nan, now - then)
        span = np.nan_to_num(found["days_since_first"] - found["days_since_last"])
        days, gaps = states["gap_days_sum"], np.maximum(states["payment_days"] - 1, 0)
        ratio = np.divide(span, days, out=np.ones_like(days), where=(days > 0) & (span > 0))
        found["gap_days_sum"] = days * ratio
        found["days_since_first"] = found["days_since_last"] + found["gap_days_sum"]
        found["gap_inverse_sum"] = states["gap_inverse_sum"] / ratio
        scaled = {
            "gap_log_sum": (states["gap_log_sum"] + gaps * np.log(ratio), CLOCK_LOG),
            "gap_amount_square_per_day_sum": (
                states["gap_amount_square_per_day_sum"] / ratio, CLOCK_SQUARE,
            ),
        }  # fmt: skip
        for name, (value, measured) in scaled.items():
            own = states.get(measured, np.full(len(value), np.nan))
            found[name] = np.where(np.isnan(own), value, own)
        return found


@lru_cache(maxsize=16)
def _clocks(index: bytes, strata: int) -> np.ndarray:
    """Cumulated index by day, (s, days); linear between the middles of the months."""
    table = np.frombuffer(index).reshape(strata, MONTHS)
    day = np.arange(FIRST_DAY, LAST_DAY + 1)
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    into = (date - month.astype("datetime64[D]")).astype(np.int64) + 0.5
    number, length = month.astype(np.int64), _lengths(month)
    after = into >= length / 2
    other = np.where(after, number + 1, number - 1)
    between = (
        np.where(after, length, _lengths(month - 1)) / 2
        + np.where(after, _lengths(month + 1), length) / 2
    )
    share = np.abs(into - length / 2) / between
    daily = table[:, number % MONTHS] * (1 - share) + table[:, other % MONTHS] * share
    return daily.cumsum(axis=1)


def _lengths(month: np.ndarray) -> np.ndarray:
    days = (month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")
    return days.astype(np.int64)


@dataclass(frozen=True)
class OperationalTime:
    """A model of gaps on the season's clock: S(d) = S_base(Lambda(d)); covers whom it covers.

    Attributes:
        base: fitted on ``season.operational(states)``.
        season: the clock.
    """

    base: TimingModel
    season: Season

    def covers(self, states: States) -> np.ndarray:
        """As the base."""
        found: np.ndarray = self.base.covers(self.season.operational(states))  # type: ignore[attr-defined]
        return found

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """As the contract says; customers of one stratum and origin share their coming days."""
        if self.season.is_flat:
            return self.base.survival(states, days)
        there = self.season.operational(states)
        stratum, origin = states["stratum"].astype(np.int64), states["origin_day"].astype(np.int64)
        keys, group = np.unique(np.stack([stratum, origin]), axis=1, return_inverse=True)
        found = np.empty((len(stratum), len(days)))
        for number, (code, day) in enumerate(keys.T):
            coming = self.season.clock(np.full(len(days), code), day + np.asarray(days))
            ahead = coming - self.season.clock(np.array([code]), np.array([day]))
            chosen = np.flatnonzero(group.ravel() == number)
            found[chosen] = self.base.survival(rows(there, chosen), ahead)
        return found
