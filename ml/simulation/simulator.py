"""One month after another of the province's life, handed to whoever takes the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ml.simulation.assumptions import Assumptions
from ml.simulation.billing.bill_payments import BillPayments
from ml.simulation.billing.bills import issue_bills
from ml.simulation.billing.delays import PayDays
from ml.simulation.billing.payments import Payments
from ml.simulation.billing.prepayment import Meters
from ml.simulation.channels.complaints import complain
from ml.simulation.channels.contracts import ContractTerms
from ml.simulation.channels.operations import Operations
from ml.simulation.channels.settlements import Settlements
from ml.simulation.channels.survey import ask
from ml.simulation.channels.visits import visit_channels
from ml.simulation.codes import Table, in_order_of_time, rows_of, take
from ml.simulation.horizon import Horizon
from ml.simulation.people.campaigns import Campaigns
from ml.simulation.people.changes import change_customers, opening_customers
from ml.simulation.people.launched import LaunchedCampaign, LaunchedResponse
from ml.simulation.people.population import make_population
from ml.simulation.people.preferences import ChannelChoice


class RowTaker(Protocol):
    """Takes the rows of a source, in order of time."""

    def add(self, source: str, table: Table) -> None:
        """Take them."""


class Simulator:
    """The province; ``run`` simulates its months in order, from -1 (the opening) on."""

    def __init__(
        self,
        customers: int,
        horizon: Horizon,
        terms: Sequence[ContractTerms],
        assumed: Assumptions,
        seed: int,
        launched: LaunchedCampaign | None = None,
    ) -> None:
        self.horizon, self.assumed, self.seed = horizon, assumed, seed
        people = self.population = make_population(customers, horizon, assumed, seed)
        choice = ChannelChoice(horizon, assumed.channels, terms, seed)
        days = PayDays(people, horizon, assumed.billing)
        self.bill_payments = BillPayments(people, days, choice, assumed.billing, seed)
        self.meters = Meters(people, days, choice, assumed.billing, seed)
        self.campaigns = Campaigns(people, days, choice, assumed, seed)
        self.launched = (
            LaunchedResponse(launched, people, horizon, choice, assumed, seed) if launched else None
        )
        self.payments = Payments(people, self.campaigns, horizon, assumed.channels, seed)
        self.settlements = Settlements(horizon, terms, assumed.channels.wrong_fees, seed)
        self.operations = Operations(people, horizon, assumed, seed)
        self.complaints: list[Table] = []  # number and category, for the truth

    def run(self, month: int, feeds: RowTaker) -> None:
        """Simulate one month and hand over its rows."""
        if month < 0:
            self._open(feeds)
            return
        self._start_campaigns(month, feeds)
        bills = self._bill(month)
        feeds.add("bills", in_order_of_issue(bills))
        keeps_log = month >= self.horizon.months - self.assumed.channels.log_months
        top_ups, readings = self.meters.run(month, keeps_log)
        for table in readings:
            feeds.add("meter_balances", table)
        self.payments.keep(top_ups)
        payments = self.payments.close(month)
        if self.launched:
            payments = self.launched.redirect(payments, month)
        feeds.add("payments", payments)
        feeds.add("settlements", self.settlements.settle(payments, month))
        self._run_channels(payments, month, keeps_log, feeds)
        changed = change_customers(
            self.population,
            self.campaigns.signed_members(),
            self.horizon,
            self.assumed.people,
            self.seed,
            month,
        )
        feeds.add("customers", changed)

    def _open(self, feeds: RowTaker) -> None:
        """The customers of the day before the first day, and the bills unpaid on it."""
        feeds.add("customers", opening_customers(self.population))
        bills = issue_bills(self.population, self.horizon, self.assumed.billing, self.seed, -1)
        rows, is_unpaid = self.bill_payments.pay(bills, -1)
        self.payments.keep(rows)
        feeds.add("bills", in_order_of_issue(take(bills, is_unpaid)))

    def _bill(self, month: int) -> Table:
        bills = issue_bills(self.population, self.horizon, self.assumed.billing, self.seed, month)
        rows, _ = self.bill_payments.pay(bills, month)
        self.payments.keep(rows)
        return bills

    def _start_campaigns(self, month: int, feeds: RowTaker) -> None:
        for plan, contacts in self.campaigns.start(month):
            number = np.array([self.campaigns.plans.index(plan)])
            feeds.add("campaigns", {"campaign": number, "day": np.array([plan.start])})
            contacts["campaign"] = np.repeat(number, rows_of(contacts))
            feeds.add("campaign_contacts", in_order_of_time(contacts))
        if self.launched and month == self.launched.plan.month:
            reported = self.launched.contacts
            reported["campaign"] = np.full(rows_of(reported), len(self.campaigns.plans))
            feeds.add("campaign_contacts", in_order_of_time(reported))

    def _run_channels(self, payments: Table, month: int, keeps_log: bool, feeds: RowTaker) -> None:
        channels, seed = self.assumed.channels, self.seed
        operated, outages = self.operations.run(payments, month)
        feeds.add("channel_operations", operated)
        size, horizon = self.population.size, self.horizon
        complaints = complain(payments, outages, size, horizon, channels, seed, month)
        self.complaints.append({name: complaints[name] for name in ("number", "category")})
        feeds.add("complaints", complaints)
        if keeps_log:
            first = horizon.month_days(month)[0]
            feeds.add("channel_visits", visit_channels(payments, first, channels, seed, month))
        feeds.add("satisfaction_survey", ask(size, horizon, channels, seed, month))


def in_order_of_issue(bills: Table) -> Table:
    """Bills by day, and within a day by customer index."""
    return take(bills, np.argsort(bills["day"], kind="stable"))
