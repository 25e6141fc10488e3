"""The feeds of all sources, under the sources' names."""

from __future__ import annotations

from pathlib import Path

from ml.simulation.codes import Table
from ml.simulation.delivery.billing_formats import (
    balance_format,
    bill_format,
    payment_format,
    settlement_format,
)
from ml.simulation.delivery.campaign_formats import campaign_format, contact_format
from ml.simulation.delivery.channel_formats import (
    hotline_format,
    operation_format,
    survey_format,
    visit_format,
)
from ml.simulation.delivery.customer_format import customer_format
from ml.simulation.delivery.faults import FaultPlan
from ml.simulation.delivery.files import Feed, FileWriter, WrittenFile
from ml.simulation.delivery.periods import Period
from ml.simulation.delivery.texts import Calendar, CustomerTexts
from ml.simulation.simulator import Simulator

CUSTOMER_FAULTS = 0.1  # times the rate of payments and bills
CLOCK = b" 10:15:00"


class Feeds:
    """Takes the rows of every source and writes its files."""

    def __init__(self, folder: Path, simulator: Simulator, fault_rate: float, seed: int) -> None:
        self.calendar = Calendar(simulator.horizon)
        self.customers = CustomerTexts(simulator.population.size, self.calendar)
        self.writer = FileWriter(folder)
        plans = fault_plans(fault_rate)
        self.feeds = {
            form.source: Feed(form, self.writer, seed, plans.get(form.source))
            for form in self._formats(simulator)
        }

    def add(self, source: str, table: Table) -> None:
        """Take the rows of ``source``, in order of time."""
        self.feeds[source].add(table)

    def flush(self, periods: list[Period]) -> None:
        """Write the files of these periods."""
        for feed in self.feeds.values():
            feed.flush(periods)

    def finish(self) -> list[WrittenFile]:
        """Wait until every file is written."""
        return self.writer.finish()

    def _formats(self, simulator: Simulator) -> list:
        customers, calendar = self.customers, self.calendar
        campaigns = simulator.campaigns.plans
        launched = [simulator.launched.plan] if simulator.launched else []
        return [
            customer_format(customers, calendar),
            bill_format(customers, calendar),
            payment_format(customers, calendar),
            settlement_format(calendar),
            balance_format(customers, calendar),
            visit_format(customers, calendar),
            operation_format(simulator.operations.names, calendar),
            survey_format(calendar),
            hotline_format(customers, calendar),
            campaign_format(campaigns, calendar),
            contact_format([*campaigns, *launched], customers, calendar),
        ]


def fault_plans(rate: float) -> dict[str, FaultPlan]:
    """Which faults each source gets, and how often."""
    return {
        "payments": FaultPlan(
            rate, number="payment_no", amount="amount_yuan", moment="paid_at", moment_suffix=CLOCK,
            channel="channel_code", bill="bill_no",
        ),
        "bills": FaultPlan(rate, number="bill_no", amount="amount_yuan", moment="issued_on"),
        "customers": FaultPlan(
            rate * CUSTOMER_FAULTS, moment="opened_on", repeats_across_files=False
        ),
    }  # fmt: skip
