"""Start-up and overhead of Dagster and dbt: a daily run of so few customers that it is little else.

It does not depend on the number of customers, so the figures hold for a city's daily run too.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.benchmarks.process import Measured, measure

CUSTOMERS = 2_000
LANDED = (" delivered = ",)
TAKEN = (" decided [", " scored [")


def rows(folder: Path, last_day: date) -> Iterator[tuple[str, str, str]]:
    """Measure the second day of a small home in ``folder``."""
    home = folder / "startup"
    measure("demo", "--customers", str(CUSTOMERS), "--home", str(home))
    day_before = (last_day - timedelta(days=1)).isoformat()
    measure("run", "--as-of", day_before, "--home", str(home))
    daily = measure("run", "--as-of", last_day.isoformat(), "--home", str(home))
    shutil.rmtree(home)
    name = f"daily run of {CUSTOMERS:,} customers, start-up and overhead of Dagster and dbt"
    yield (name, f"{daily.seconds:.0f} s, {daily.processor_seconds:.0f} s of processor", "")
    yield ("of it until Dagster and both dbt start to work", f"{waits(daily):.1f} s", "<= 15 s")


def waits(daily: Measured) -> float:
    """Seconds to the first landed file, and to dbt's first table after landing and deciding."""
    first_file = next(at for at, line in daily.lines if LANDED[0] in line)
    return first_file + _gap_after(daily, LANDED) + _gap_after(daily, TAKEN)


def _gap_after(daily: Measured, texts: tuple[str, ...]) -> float:
    """Seconds from the last line with one of the texts to the next line."""
    found = [
        place for place, (_, line) in enumerate(daily.lines) if any(text in line for text in texts)
    ]
    last = found[-1]
    return daily.lines[last + 1][0] - daily.lines[last][0]
