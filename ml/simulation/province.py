"""``write_province``: simulate month by month and write the deliveries and their truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from ml.simulation.assumptions import Assumptions
from ml.simulation.billing.payments import NUMBERS_PER_MONTH
from ml.simulation.channels.complaints import NUMBERS_PER_MONTH as COMPLAINTS_PER_MONTH
from ml.simulation.channels.contracts import DEFAULT_TERMS, ContractTerms
from ml.simulation.delivery.feeds import Feeds
from ml.simulation.delivery.files import WrittenFile
from ml.simulation.delivery.periods import Period, periods_of
from ml.simulation.horizon import Horizon
from ml.simulation.people.launched import LaunchedCampaign
from ml.simulation.simulator import Simulator
from ml.simulation.truth import Truth

DEFAULT_ASSUMPTIONS = Assumptions()
OPENING_MONTH = -1  # its unpaid bills are delivered with the customers


@dataclass(frozen=True)
class ProvinceReport:
    """What was written; rows include the planted faults."""

    files: int
    rows: dict[str, int]  # by source
    bytes: int


def _silent(message: str) -> None:
    """Report nothing."""


def write_province(
    folder: Path,
    truth_folder: Path,
    *,
    customers: int = 20_000,
    months: int = 24,
    seed: int = 20251231,
    last_day: date = date(2025, 12, 31),
    daily_files: int = 7,
    fault_rate: float = 0.002,
    progress: Callable[[str], None] = _silent,
    terms: Sequence[ContractTerms] = DEFAULT_TERMS,
    assumed: Assumptions = DEFAULT_ASSUMPTIONS,
    launched: LaunchedCampaign | None = None,
) -> ProvinceReport:
    """Write the deliveries of a demo province into ``folder`` and its truth into ``truth_folder``.

    The files of one seed and size are the same bytes every time; each appears in one rename.
    ``fault_rate`` is the share of faulty rows among payments and bills (a tenth of it among
    customers); ``daily_files`` the days at the end that are delivered day by day.  ``launched`` is
    a campaign of the platform that customers respond to; what lies before it stays the same.

    Raises:
        ValueError: a number is out of its range.
    """
    _check(customers, fault_rate)
    simulator = Simulator(customers, Horizon(last_day, months), terms, assumed, seed, launched)
    feeds = Feeds(folder, simulator, fault_rate, seed)
    _simulate(simulator, feeds, periods_of(simulator.horizon, daily_files), progress)
    written = feeds.finish()
    truth = Truth(truth_folder, feeds.calendar, feeds.customers)
    run = {"customers": customers, "daily_files": daily_files, "fault_rate": fault_rate}
    _write_truth(truth, simulator, written, run)
    progress(f"{len(written)} files written to {folder}")
    return _report(written)


def _simulate(
    simulator: Simulator, feeds: Feeds, periods: list[Period], progress: Callable[[str], None]
) -> None:
    """Run month after month; write the files of each month as soon as it is over."""
    horizon = simulator.horizon
    for month in range(OPENING_MONTH, horizon.months):
        end = horizon.month_days(month)[1]
        simulator.run(month, feeds)
        feeds.flush([period for period in periods if period.end <= end])
        periods = [period for period in periods if period.end > end]
        if month >= 0:
            name = f"{horizon.month_date(month):%Y-%m}"
            progress(f"{name}: month {month + 1} of {horizon.months} simulated")


def _check(customers: int, fault_rate: float) -> None:
    if customers < 1:
        raise ValueError(f"customers is {customers}; expected at least 1. Raise it.")
    if not 0 <= fault_rate < 1:
        raise ValueError(f"fault_rate is {fault_rate}; expected a share from 0 to below 1.")


def _write_truth(truth: Truth, simulator: Simulator, written: list[WrittenFile], run: dict) -> None:
    run |= {
        "months": simulator.horizon.months,
        "last_day": simulator.horizon.last_day,
        "seed": simulator.seed,
        "terms": [asdict(item) for item in simulator.settlements.terms],
    }
    truth.parameters(run, simulator.assumed)
    truth.people(simulator.population, simulator.assumed.billing)
    running = list(simulator.campaigns.running)
    if simulator.launched:
        running.append(simulator.launched.running)
    truth.campaigns(running, simulator.assumed.marketing)
    truth.wrong_fees(simulator.settlements.wrong_fees, NUMBERS_PER_MONTH)
    truth.complaints(simulator.complaints, COMPLAINTS_PER_MONTH)
    truth.faults(written)


def _report(written: list[WrittenFile]) -> ProvinceReport:
    rows: dict[str, int] = {}
    for item in written:
        rows[item.source] = rows.get(item.source, 0) + item.rows
    return ProvinceReport(len(written), rows, sum(item.bytes for item in written))
