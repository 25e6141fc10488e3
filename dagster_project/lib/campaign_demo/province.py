"""The demo's deliveries: those up to the launch, and those after it, in which customers respond."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as parquet

from dagster_project.lib.campaigns.launched import Launched
from dagster_project.lib.deliveries.discovery import find_deliveries
from dagster_project.lib.deliveries.profiles import load_profiles
from dagster_project.lib.models.tables import read
from dagster_project.settings import Settings
from ml.simulation import write_province
from ml.simulation.codes import ARMS
from ml.simulation.people.launched import LaunchedCampaign


@dataclass(frozen=True)
class Province:
    """Size and time of the demo; the same values give the same files."""

    customers: int = 12_000
    months: int = 12
    seed: int = 20251231
    launch_on: date = date(2025, 10, 31)  # a month's end, for files come by the month
    last_day: date = date(2025, 12, 31)


class DemoBrokenError(RuntimeError):
    """The deliveries before the launch would change, so the demo would prove nothing."""


def write_history(settings: Settings, province: Province) -> None:
    """The deliveries of the whole time without the campaign; those after the launch wait."""
    _write(province, settings.deliveries, settings.home / "truth", None)


def deliver_response(
    settings: Settings,
    province: Province,
    launched: Launched,
    points: tuple[float, ...],
    creative_effects: dict[str, float],
) -> int:
    """Put the files after the launch in place, now with contacts and the customers' response.

    Returns:
        count of files that were put in place.

    Raises:
        DemoBrokenError: a file from before the launch differs.
    """
    folder, truth = settings.home / ".response", settings.home / "truth"
    shutil.rmtree(folder, ignore_errors=True)
    simulated = _as_simulated(settings, launched, points, creative_effects)
    _write(province, folder, truth, simulated)
    placed = 0
    for delivery in find_deliveries(folder, load_profiles(settings)):
        there = settings.deliveries / delivery.path.name
        if delivery.delivered_on and delivery.delivered_on > province.launch_on:
            delivery.path.replace(there)
            placed += 1
        elif delivery.path.read_bytes() != there.read_bytes():
            raise DemoBrokenError(
                f"{there.name}, delivered by {province.launch_on}, would change with the "
                "campaign; expected the same bytes. Mend the simulator's random streams."
            )
    shutil.rmtree(folder)
    return placed


def _write(
    province: Province, folder: Path, truth: Path, launched: LaunchedCampaign | None
) -> None:
    write_province(
        folder,
        truth,
        customers=province.customers,
        months=province.months,
        seed=province.seed,
        last_day=province.last_day,
        launched=launched,
    )


def _as_simulated(
    settings: Settings,
    launched: Launched,
    points: tuple[float, ...],
    creative_effects: dict[str, float],
) -> LaunchedCampaign:
    """The audience with the customers' own numbers; only exported contacts are made."""
    campaign = launched.campaign
    with duckdb.connect() as connection:
        rows = read(
            connection,
            "select customer_no, arm, if(exported.customer_id is null, null, audience.contact_on) "
            "as contact_on, coalesce(content_code, '') as creative "
            "from read_parquet($audience) as audience "
            "join (select distinct customer_no, customer_id from read_parquet($restricted)) "
            "using (customer_id) "
            "left join read_parquet($ledgers) as exported using (customer_id) "
            "order by customer_no",
            {
                "audience": str(launched.audience),
                "restricted": str(settings.restricted / "customers" / "*.parquet"),
                "ledgers": str(launched.exports / "*" / "ledger.parquet"),
            },
        )
    assert len(rows) == parquet.read_metadata(launched.audience).num_rows
    arm = np.array([ARMS.index(name) for name in rows["arm"].to_pylist()], dtype=np.int8)
    contact_on = rows["contact_on"].to_numpy().astype("datetime64[D]")
    return LaunchedCampaign(
        campaign.tracked_code, campaign.target_channel, campaign.starts_on, campaign.ends_on,
        np.array(rows["customer_no"].to_pylist()).astype(np.int64), arm, contact_on, points,
        rows["creative"].to_pylist(), creative_effects,
    )  # fmt: skip
