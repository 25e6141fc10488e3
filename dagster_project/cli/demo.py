"""``jiaofei demo``: write the deliveries of an invented province."""

from __future__ import annotations

import json
import shutil
from typing import Annotated

import typer

from dagster_project.cli.console import Home, errors, progress
from dagster_project.settings import load_settings
from ml.simulation import write_province

MARK = "demo.json"


def demo(
    customers: Annotated[int, typer.Option(min=100, help="Number of customers.")] = 20_000,
    months: Annotated[int, typer.Option(min=4, max=60, help="Months of history.")] = 24,
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 20251231,
    force: Annotated[bool, typer.Option("--force", help="Write them again.")] = False,
    home: Home = None,
) -> None:
    """Write a demo province's deliveries into the home's deliveries/ folder (演示数据).

    Everything in them is invented; the truth behind them lies apart, in truth/.
    """
    settings = load_settings(home)
    wanted = {"customers": customers, "months": months, "seed": seed}
    mark = settings.home / MARK
    if mark.exists() and json.loads(mark.read_text(encoding="utf-8")) == wanted and not force:
        progress(f"demo deliveries of {customers:,} customers are there already")
        return
    if mark.exists():
        shutil.rmtree(settings.deliveries)
    elif settings.deliveries.exists() and any(settings.deliveries.iterdir()):
        raise FileExistsError(
            f"{settings.deliveries} holds deliveries that are not a demo. Name another --home."
        )
    mark.unlink(missing_ok=True)
    errors.print(f"Writing {customers:,} customers x {months} months, seed {seed} …")
    write_province(
        settings.deliveries,
        settings.home / "truth",
        customers=customers,
        months=months,
        seed=seed,
        progress=progress,
    )
    mark.write_text(json.dumps(wanted), encoding="utf-8")
