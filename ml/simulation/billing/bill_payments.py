"""How bills become payments: skipped and overdue bills, split payments, refused debits.

A payment row has: ``customer, bill_month, fen, day, channel, status``.  Its clock time, means
and number follow when its month is closed (``payments``).
"""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import Billing
from ml.simulation.billing.delays import PayDays
from ml.simulation.codes import BANK, FAILED, SUCCESS, Array, Table, concat, rows_of, take
from ml.simulation.horizon import LEAD
from ml.simulation.people.population import Population
from ml.simulation.people.preferences import ChannelChoice, with_withholding
from ml.simulation.randomness import happens, stream

COLUMNS = ("customer", "bill_month", "fen", "day", "channel", "status")
SMALLEST_SPLIT_FEN = 2_000


class BillPayments:
    """Pays the bills of one month after another, in order; keeps the bills still unpaid."""

    def __init__(
        self,
        population: Population,
        pay_days: PayDays,
        choice: ChannelChoice,
        assumed: Billing,
        seed: int,
    ) -> None:
        self.population, self.pay_days, self.choice = population, pay_days, choice
        self.assumed, self.seed = assumed, seed
        self.overdue: Table | None = None

    def pay(self, bills: Table, month: int) -> tuple[Table, Array]:
        """Payments of the bills, on whatever day, and the mask of bills unpaid on day 0.

        Bills issued before the first month and paid before day 0 give no payment.
        """
        random = stream(self.seed, "bill payments", month)
        customer, count = bills["customer"], rows_of(bills)
        debited = self.population.has_withholding[customer]
        skipped = ~debited & happens(random, self._skip_chance(customer), count)
        channel = self._channel(customer, debited, month)
        wished = self.pay_days.draw(customer, bills["day"], random)
        day = np.where(debited, self.pay_days.debit(bills["day"]), wished)
        day = self.pay_days.postponed(day, channel, random).astype(np.int32)
        paid = take(bills, ~skipped) | {"day": day[~skipped], "channel": channel[~skipped]}
        paid["status"] = np.full(rows_of(paid), SUCCESS, dtype=np.int8)
        rows = take({name: paid[name] for name in COLUMNS}, paid["day"] >= 0)
        earlier = self._pay_overdue(bills, skipped, day, channel)
        rows = concat([self._refused(rows, random), *self._split(rows, random), *earlier])
        return take(rows, rows["day"] >= 0), skipped | (day >= 0)

    def _skip_chance(self, customer: Array) -> Array:
        return np.asarray(self.assumed.skipped, np.float32)[self.population.segment[customer]]

    def _channel(self, customer: Array, debited: Array, month: int) -> Array:
        channel = self.population.last_channel[customer]
        own = np.flatnonzero(~debited)
        people = customer[own]
        chosen = self.choice.choose(
            self.population.preference[people], channel[own], month, "bills"
        )
        self.population.last_channel[people] = chosen
        channel[own] = chosen
        return with_withholding(channel, debited)

    def _pay_overdue(self, bills: Table, skipped: Array, day: Array, channel: Array) -> list[Table]:
        """Bills skipped earlier are paid together with this month's, if that is paid."""
        place = np.full(self.population.size, -1, dtype=np.int32)
        place[bills["customer"]] = np.where(skipped, -1, np.arange(len(skipped)))
        new = take({name: bills[name] for name in ("customer", "bill_month", "fen")}, skipped)
        if self.overdue is None:
            self.overdue = new
            return []
        at = place[self.overdue["customer"]]
        paid = take(self.overdue, at >= 0)
        self.overdue = concat([take(self.overdue, at < 0), new])
        at = at[at >= 0]
        status = np.full(len(at), SUCCESS, dtype=np.int8)
        return [paid | {"day": day[at], "channel": channel[at], "status": status}]

    def _refused(self, rows: Table, random: np.random.Generator) -> Table:
        """Add a failed row to some debits, whose success moves to the second presentation."""
        chosen = np.flatnonzero(
            (rows["channel"] == BANK)
            & self.population.has_withholding[rows["customer"]]
            & happens(random, self.assumed.debit_fails, rows_of(rows))
        )
        refused = take(rows, chosen)
        refused["status"][:] = FAILED
        again = rows["day"][chosen] + self.assumed.debit_retry_days
        rows["day"][chosen] = self.pay_days.horizon.next_workday[again + LEAD]
        return refused

    def _split(self, rows: Table, random: np.random.Generator) -> list[Table]:
        """Divide some payments into two parts, the second some days later."""
        may = (rows["channel"] != BANK) & (rows["fen"] >= SMALLEST_SPLIT_FEN)
        chosen = np.flatnonzero(may & happens(random, self.assumed.split, rows_of(rows)))
        second = take(rows, chosen)
        share = random.uniform(0.3, 0.7, len(chosen))
        second["fen"] = np.rint(second["fen"] * share).astype(np.int64)
        rows["fen"][chosen] -= second["fen"]
        gap = random.integers(1, self.assumed.split_days + 1, len(chosen), dtype=np.int32)
        second["day"] = self.pay_days.postponed(
            second["day"] + gap, second["channel"], random
        ).astype(np.int32)
        return [rows, second]
