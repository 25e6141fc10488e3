"""The audience of a campaign at city size: selection, suppression, randomisation, contact days."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import duckdb

from dagster_project.lib.campaigns.audience import draw_audience
from tests.campaigns.worlds import TODAY, declared, make_home

CUSTOMERS = 1_000_000
BAR_SECONDS = 5


def rows() -> list[tuple[str, str, str]]:
    """Seconds for an audience drawn from a million customers, budget and tags included."""
    with tempfile.TemporaryDirectory(prefix="jiaofei-audience-") as folder:
        settings = make_home(Path(folder) / "home", CUSTOMERS)
        campaign = declared(tags_held="[payer]", budget_yuan="20000.00").campaign
        with duckdb.connect(str(settings.warehouse), config={"threads": 2}) as connection:
            begin = time.perf_counter()
            audience = draw_audience(connection, campaign, TODAY)
            seconds = time.perf_counter() - begin
    figure = f"audience from {CUSTOMERS:,} customers, {len(audience.rows):,} of them drawn"
    return [(figure, f"{seconds:.1f} s", f"<= {BAR_SECONDS} s")]


if __name__ == "__main__":
    print(rows())
