"""`make bench`: demo, city and models, from outside, as a table with the bars and the ratios.

Absolute seconds depend on the machine; the ratios are of figures from this one run.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    audience_scale,
    effect_scale,
    forecast_speed,
    guidance_city,
    matching_scale,
    segmentation_scale,
    service_city,
    startup,
    state_scale,
    tags_scale,
    timing_against_lifetimes,
    timing_scale,
)
from tests.benchmarks.plain_script import run_plain
from tests.benchmarks.process import Measured, measure

LAST_DAY = date(2025, 12, 31)  # of the demo province
SIZES = {"demo": 20_000, "city": 1_000_000}
MODELS = (
    timing_against_lifetimes,
    timing_scale,
    segmentation_scale,
    forecast_speed,
    state_scale,
    tags_scale,
    audience_scale,
    matching_scale,
    guidance_city,
    effect_scale,
    service_city,
)
Row = tuple[str, str, str]


def main() -> None:
    """Measure the sizes asked for and print the table."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--size", choices=[*SIZES, "models", "all"], default="all")
    parser.add_argument("--folder", type=Path, help="where the homes are written")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="jiaofei-bench-"))
    rows: list[Row] = []
    console = Console(width=110)
    try:
        for row in _measured(options.size, folder):
            console.print(*row, sep=" | ", style="dim")  # what was measured is not lost later
            rows.append(row)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table = Table("figure", "measured", "bar", title="Jiaofei benchmark, 2 cores")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _measured(size: str, folder: Path) -> Iterator[Row]:
    if size in ("demo", "all"):
        yield from demo(folder / "demo")
        yield from startup.rows(folder, LAST_DAY)
    if size in ("city", "all"):
        yield from city(folder)
    if size in ("models", "all"):
        for part in MODELS:
            yield from part.rows()


def demo(home: Path) -> Iterator[Row]:
    """Deliveries to published tables at demo size."""
    wrote = measure("demo", "--home", str(home))
    ran = measure("run", "--home", str(home))
    yield ("demo: write deliveries + run", f"{wrote.seconds + ran.seconds:.0f} s", "<= 300 s")
    yield ("demo: peak memory", f"{ran.peak_gb:.2f} GB", "")
    again = measure("run", "--home", str(home))
    yield ("demo: second run, nothing new", f"{again.seconds:.1f} s", "")


def city(folder: Path) -> Iterator[Row]:
    """Full build and daily run at city size, with 24 and with 6 months of history."""
    home = folder / "city"
    wrote = measure("demo", "--customers", str(SIZES["city"]), "--home", str(home))
    yield ("city: write 24 months of deliveries", f"{wrote.seconds:.0f} s", "<= 180 s")
    first, ordinary = (LAST_DAY - timedelta(days=before) for before in (2, 1))
    full = measure("run", "--as-of", first.isoformat(), "--home", str(home))
    without = full.when("dbt build") + full.stated("published")[0]
    decided = sum(full.stated(" decided"))
    fitted = full.seconds - decided
    yield ("city: landing + full build + publication, no models", f"{without:.0f} s", "<= 240 s")
    yield ("city: the same with all models fitted and scored", f"{fitted:.0f} s", "<= 480 s")
    yield ("city: all decisions taken, beside that", f"{decided:.0f} s", "")
    yield ("city: peak memory of the full build", f"{full.peak_gb:.2f} GB", "<= 6 GB")
    plain = run_plain(home)
    yield ("city: the SQL as one plain DuckDB script", f"{plain:.0f} s", "")
    yield ("city: build / plain script", f"{full.stated('dbt build')[0] / plain:.2f}", "<= 1.5")
    daily = measure("run", "--as-of", ordinary.isoformat(), "--home", str(home))
    yield from _daily("daily run", daily)
    yield ("city: peak memory of the daily run", f"{daily.peak_gb:.2f} GB", "<= 6 GB")
    last = measure("run", "--as-of", LAST_DAY.isoformat(), "--home", str(home))
    yield from _daily("run of a month's last day", last)
    shutil.rmtree(home)
    short = daily_with_short_history(folder / "short", first, ordinary)
    ratio = daily.seconds / short.seconds
    yield ("city: daily run, 24 / 6 months of history", f"{ratio:.2f}", "<= 1.1")


def _daily(name: str, daily: Measured) -> Iterator[Row]:
    """A day's run with and without its models and its decisions."""
    scored = daily.seconds - sum(daily.stated(" decided"))
    yield (f"city: {name}, no models", f"{_without_models(daily):.0f} s", "<= 45 s")
    yield (f"city: {name}, with scoring", f"{scored:.0f} s", "<= 60 s")
    yield (f"city: {name}, with scoring and decisions", f"{daily.seconds:.0f} s", "")


def _without_models(daily: Measured) -> float:
    """Seconds of a daily run less those of scoring, deciding and the tables that these feed."""
    fed = sum(daily.stated(" scored")) + sum(daily.stated(" decided"))
    return daily.seconds - fed - daily.stated("dbt build")[1]


def daily_with_short_history(home: Path, first: date, day: date) -> Measured:
    """The daily run at city size with six months of history."""
    measure("demo", "--customers", str(SIZES["city"]), "--months", "6", "--home", str(home))
    measure("run", "--as-of", first.isoformat(), "--home", str(home))
    daily = measure("run", "--as-of", day.isoformat(), "--home", str(home))
    shutil.rmtree(home)
    return daily


if __name__ == "__main__":
    main()
