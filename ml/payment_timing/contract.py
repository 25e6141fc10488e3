"""What every timing model is given and what it returns; the one vocabulary of this package.

A state is a customer as of an origin day: sufficient statistics and the standing of the bills, as
equally long arrays.  A model turns states into survival over the days after the origin.  Fitting,
scoring and judging live in their own files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias

import numpy as np

States: TypeAlias = Mapping[str, np.ndarray]

# Lower edges, in days from bill issue, of the additive histogram of past delays.  Fine where habits
# differ, coarse where only arrears lie; twelve counters keep a customer's state small.
DELAY_BIN_EDGES = (0, 1, 2, 3, 4, 6, 9, 13, 18, 24, 32, 46)
DELAY_BINS = tuple(f"delay_bin_{number:02d}" for number in range(len(DELAY_BIN_EDGES)))

# The same payments by day of the month; days after the 25th count from the month's end (31).
PAY_DAYS = tuple(f"pay_day_{number:02d}" for number in range(1, 32))

# Sums over the gaps between payment days, as kept by the warehouse in customer_payment_state;
# same-day payments are one event. t is a gap in days, A the amount paid at its beginning, in yuan.
GAP_STATISTICS = (
    "payment_days",  # events; gaps = payment_days - 1
    "gap_days_sum",  # sum of t
    "gap_log_sum",  # sum of ln t
    "gap_log_square_sum",  # sum of (ln t)^2
    "gap_inverse_sum",  # sum of 1/t
    "gap_amount_sum",  # sum of A, yuan
    "gap_amount_square_per_day_sum",  # sum of A^2/t, yuan^2 per day
    "days_since_first",  # origin - first payment day
    "days_since_last",  # origin - last payment day
    "last_amount_yuan",  # amount of the last payment day
)
# y = ln(1 + days from issue to the bill's first payment), over bills that were paid.
DELAY_STATISTICS = ("matched_payments", "delay_log_sum", "delay_log_square_sum", *DELAY_BINS)
# NaN where the customer has none: a prepaid customer has no bills, a post-paid one no balance.
STANDING = (
    "stratum",  # code of customer type x prepaid x withholding, an index into declared names
    "open_bill_age",  # days from issue to origin of the newest unpaid bill; NaN: none is open
    "open_bill_due_in",  # days from origin to its due day, negative when overdue
    "next_bill_in",  # days from origin to the expected issue of the next bill, at least 1
    "cycle_days",  # usual days between two bills
    "balance_yuan",  # last reading of a prepaid balance
    "balance_age",  # days from that reading to the origin
)
# Where the customer stands in the calendar and in the contract; one value per row like the others.
CALENDAR = (
    "origin_day",  # the origin as days since 1970-01-01
    "has_withholding",  # 1: a bank debits the bill
)
LAST_GAP = "last_gap_days"  # the gap that ended on the last payment day; NaN with one payment day
# Optional: sums over gaps measured on the season's clock (``season``), NaN where not known.
CLOCK_LOG, CLOCK_SQUARE = "clock_gap_log_sum", "clock_gap_amount_square_per_day_sum"
HOURS = ("night_payments", "morning_payments", "afternoon_payments", "evening_payments")
HORIZON = 60  # days after the origin that are predicted and judged


class TimingModel(Protocol):
    """A fitted model of the day of the next payment."""

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """P(T > d | history, T > 0) for every state and day.

        Args:
            states: arrays of equal length n.
            days: whole days after the origin, ascending, each at least 1; length h.

        Returns:
            float64 (n, h), not increasing along a row, within [0, 1]. T is the number of days from
            the origin to the next payment day; T = 1 is the day after the origin.  Mass that never
            arrives stays above zero for ever.
        """
        ...
