"""The bill calendar where no bills are delivered: inferred from when everybody pays.

Payments of a billed utility crowd after the day of issue.  The cycle is a whole number of months;
within it the shortest stretch that holds nearly all payments begins with the issue.  Only payments
that the caller hands over are used, so what is held out stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DAYS_PER_MONTH = 30.44
PLACES = 31  # places of a month in the cycle; short months leave the last ones empty
CROWDED = 0.90  # share of payments in the stretch after the issue
LONGEST_CYCLE_MONTHS = 12
CLEAR = 0.6  # longest stretch, as a share of the cycle, that still points to a common issue
FEWEST_GAPS = 20


@dataclass(frozen=True)
class BillCycle:
    """Bills are issued every ``months`` months on one day of the month.

    Attributes:
        months: length of the cycle.
        phase: months since 1970-01 of an issue, modulo ``months``.
        day: day of the month of the issue, 1..31; the month's last day where it is shorter.
        share: share of the payments within ``stretch`` days from issue.
        stretch: days of the shortest stretch that holds nearly all payments.
    """

    months: int
    phase: int
    day: int
    share: float
    stretch: int

    def last_issue(self, days: np.ndarray) -> np.ndarray:
        """The newest issue on or before each day; days since 1970-01-01."""
        month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        month -= (month - self.phase) % self.months
        issue = self._issue(month)
        return np.where(issue <= days, issue, self._issue(month - self.months))

    def next_issue(self, days: np.ndarray) -> np.ndarray:
        """The first issue after each day."""
        month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        month -= (month - self.phase) % self.months
        issue = self._issue(month)
        return np.where(issue > days, issue, self._issue(month + self.months))

    def _issue(self, month: np.ndarray) -> np.ndarray:
        first = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        after = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        return np.minimum(first + self.day - 1, after - 1)


def infer_bill_cycle(customer: np.ndarray, paid_on: np.ndarray) -> BillCycle:
    """The common cycle of all customers' payments.

    Args:
        customer: codes (n,).
        paid_on: days since 1970-01-01 (n,).

    Raises:
        ValueError: too few gaps, or payments so spread that no common issue shows.
    """
    order = np.lexsort((paid_on, customer))
    customer, paid_on = customer[order], paid_on[order].astype(np.int64)
    gaps = np.diff(paid_on)[(np.diff(customer) == 0) & (np.diff(paid_on) > 0)]
    if len(gaps) < FEWEST_GAPS:
        raise ValueError(
            f"{len(gaps)} gaps between payments; expected at least {FEWEST_GAPS} to see a cycle."
        )
    months = int(np.clip(np.rint(np.median(gaps) / DAYS_PER_MONTH), 1, LONGEST_CYCLE_MONTHS))
    dates = paid_on.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    day = (dates - month.astype("datetime64[D]")).astype(np.int64)
    place = (month.astype(np.int64) % months) * PLACES + day
    begin, length, share = _shortest_stretch(np.bincount(place, minlength=months * PLACES))
    if length > CLEAR * months * PLACES:
        raise ValueError(
            f"{CROWDED:.0%} of the payments spread over {length} of {months * PLACES} days of the "
            "cycle; expected a crowd after a common issue. Deliver bills, or one region at a time."
        )
    return BillCycle(months, begin // PLACES, begin % PLACES + 1, share, length)


def _shortest_stretch(counts: np.ndarray) -> tuple[int, int, float]:
    """Begin, length and share of the shortest circular run with ``CROWDED`` of the counts."""
    size, needed = len(counts), CROWDED * counts.sum()
    total = np.concatenate([[0], np.tile(counts, 2).cumsum()])
    for length in range(1, size + 1):
        held = total[length : length + size] - total[:size]
        if held.max() >= needed:
            begin = int(held.argmax())
            return begin, length, float(held[begin] / counts.sum())
    raise ValueError("no payments to find a stretch in; expected at least one.")
