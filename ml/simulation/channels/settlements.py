"""What the channels settle: every successful payment on the next weekday, less their fee.

The contract valid on the day of settlement applies; its tier follows from the channel's whole
settled amount of that calendar month.  A few orders carry a planted wrong fee, kept as truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

import numpy as np

from ml.simulation.channels.contracts import ContractTerms, terms_on
from ml.simulation.codes import CHANNELS, SETTLED, SUCCESS, Array, Table, concat, rows_of, take
from ml.simulation.horizon import Horizon
from ml.simulation.randomness import happens, stream

COLUMNS = ("number", "channel", "fen", "day")
DAYS_TO_NEXT_WEEKDAY = (1, 1, 1, 1, 3, 2, 1)  # from Monday to Sunday
WRONG_KINDS = ("none", "old_rate", "fixed_fee_missing", "doubled")
NONE, OLD_RATE, FIXED_FEE_MISSING, DOUBLED = range(len(WRONG_KINDS))


class Settlements:
    """Settles the payments of one closed month after another."""

    def __init__(
        self, horizon: Horizon, terms: Sequence[ContractTerms], wrong_share: float, seed: int
    ) -> None:
        self.horizon, self.terms, self.wrong_share, self.seed = horizon, terms, wrong_share, seed
        self.later: list[Table] = []
        self.wrong_fees: list[Table] = []  # the truth: orders, why they are wrong, the right fee

    def settle(self, payments: Table, month: int) -> Table:
        """Orders settled in ``month``: those of its payments and of the last days before."""
        chosen = np.isin(payments["channel"], SETTLED) & (payments["status"] == SUCCESS)
        orders = take(
            {name: payments[name] for name in ("number", "channel", "fen", "day")}, chosen
        )
        weekday = (orders["day"] + self.horizon.first_day.weekday()) % 7
        orders["day"] = orders["day"] + np.asarray(DAYS_TO_NEXT_WEEKDAY, np.int32)[weekday]
        orders = concat([*self.later, orders])
        is_due = orders["day"] <= self.horizon.month_days(month)[1]
        self.later = [take(orders, ~is_due)]
        orders = take(orders, is_due)
        self._charge(orders, month)
        orders["arrival"] = orders["day"]
        return orders

    def _charge(self, orders: Table, month: int) -> None:
        """Add the fee in fen, and remember the orders whose fee is wrong."""
        random = stream(self.seed, "wrong fees", month)
        picked = happens(random, self.wrong_share, rows_of(orders))
        prefers_double = happens(random, 0.4, rows_of(orders))
        right = np.zeros(rows_of(orders), dtype=np.int64)
        orders["fee_fen"] = right.copy()
        reason = np.full(rows_of(orders), NONE, dtype=np.int8)
        for rows, terms, former in self._tariffs(orders, month):
            right[rows] = fee_fen(terms, orders["fen"][rows])
            for kind, fee in _wrong_fees(terms, former, orders["fen"][rows], right[rows]):
                may = picked[rows] & (fee != right[rows])
                may &= (reason[rows] == NONE) | (prefers_double[rows] & (kind == DOUBLED))
                reason[rows[may]] = kind
                orders["fee_fen"][rows[may]] = fee[may]
        is_wrong = reason != NONE
        orders["fee_fen"][~is_wrong] = right[~is_wrong]
        truth = take(orders | {"right_fen": right, "reason": reason}, is_wrong)
        self.wrong_fees.append(truth)

    def _tariffs(
        self, orders: Table, month: int
    ) -> Iterator[tuple[Array, ContractTerms, ContractTerms | None]]:
        """Rows of each channel and contract, its terms, and those of the contract before."""
        first, last = self.horizon.month_days(month)
        for code in SETTLED:
            name, is_own = CHANNELS[code], orders["channel"] == code
            yuan = int(orders["fen"][is_own].sum()) / 100
            days = [
                (terms_on(self.terms, name, self.horizon.date_of(day), yuan), day)
                for day in range(first, last + 1)
            ]
            for terms, span in groupby(days, key=lambda item: item[0]):
                within = [day for _, day in span]
                if terms is None:
                    continue
                on = (orders["day"] >= within[0]) & (orders["day"] <= within[-1])
                before = terms.valid_from - timedelta(days=1)
                former = terms_on(self.terms, name, before, yuan)
                yield np.flatnonzero(is_own & on), terms, former


def fee_fen(terms: ContractTerms, fen: Array) -> Array:
    """Fee of each payment in fen."""
    return np.rint(terms.fee_yuan(fen) * 100).astype(np.int64)


def _wrong_fees(
    terms: ContractTerms, former: ContractTerms | None, fen: Array, right: Array
) -> list[tuple[int, Array]]:
    """Ways to charge a wrong fee under these terms."""
    ways = []
    if former:
        ways.append((OLD_RATE, fee_fen(former, fen)))
    if terms.fixed_fee_yuan:
        missing = right - round(terms.fixed_fee_yuan * 100)
        ways.append((FIXED_FEE_MISSING, missing))
    return [*ways, (DOUBLED, 2 * right)]
