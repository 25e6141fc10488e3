"""``jiaofei demo``: write the deliveries of an invented province."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from dagster_project.cli.console import Home, Lang, errors, is_chinese, progress
from dagster_project.cli.messages import both_languages, message
from dagster_project.settings import load_settings
from ml.simulation import write_province

MARK = "demo.json"
COMPLETE = "is_complete"


def demo(
    customers: Annotated[int, typer.Option(min=100, help="Number of customers.")] = 20_000,
    months: Annotated[int, typer.Option(min=4, max=60, help="Months of history.")] = 24,
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 20251231,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Remove the demo deliveries that are there; rows landed from them stay.",
        ),
    ] = False,
    home: Home = None,
    lang: Lang = None,
) -> None:
    """Write a demo province's deliveries into the home's deliveries/ folder (演示数据).

    Everything in them is invented; the truth behind them lies apart, in truth/.
    """
    settings = load_settings(home)
    wanted = {"customers": customers, "months": months, "seed": seed}
    mark = settings.home / MARK
    there = _read(mark)
    if there == wanted | {COMPLETE: True} and not force:
        progress(message("demo_there", is_chinese(lang), **wanted))
        return
    _make_room(settings.deliveries, there, wanted, force)
    settings.home.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps(wanted | {COMPLETE: False}), encoding="utf-8")
    errors.print(message("demo_begins", is_chinese(lang), **wanted))
    truth = settings.home / "truth"
    write_province(
        settings.deliveries,
        truth,
        customers=customers,
        months=months,
        seed=seed,
        progress=progress,
    )
    mark.write_text(json.dumps(wanted | {COMPLETE: True}), encoding="utf-8")


def _read(mark: Path) -> dict[str, Any] | None:
    """The demo of this home, whether or not it was written to its end; None for none."""
    if not mark.exists():
        return None
    return {COMPLETE: True, **json.loads(mark.read_text(encoding="utf-8"))}


def _make_room(
    deliveries: Path, there: dict[str, Any] | None, wanted: dict[str, int], force: bool
) -> None:
    """See that nothing but an unfinished demo of the same files is written over.

    Raises:
        FileExistsError: other deliveries lie there.
    """
    if not deliveries.exists() or not any(deliveries.iterdir()):
        return
    if there is None:
        raise FileExistsError(both_languages("demo_foreign", folder=deliveries))
    if force:
        shutil.rmtree(deliveries)
    elif there != wanted | {COMPLETE: False}:
        raise FileExistsError(both_languages("demo_other", folder=deliveries, **there))
