"""`make evaluate`: every figure that the models must reach, as a table and as evaluation.json."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dagster_project.settings import load_settings
from tests.builders import SHARED
from tests.evaluation.rows import Inputs, Row

PARTS = (
    "timing", "purchases", "segments", "forecasts", "fuzzy", "complaints", "matching", "settlement",
    "experiments", "uplift", "scale",
)  # fmt: skip
RESULT = "evaluation.json"
MARKS = {True: "yes", False: "NO", None: "–"}


def main() -> None:
    """Compute the parts asked for, print the table, write it into the home."""
    parser = argparse.ArgumentParser(prog="make evaluate")
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--home", type=Path, help="home with a built demo province")
    options = parser.parse_args()
    home = load_settings(options.home).home
    inputs = Inputs(SHARED, home)
    console = Console(width=120)
    rows: list[Row] = []
    for part in options.part or PARTS:
        console.print(f"evaluating {part} …", highlight=False)
        rows += importlib.import_module(f"tests.evaluation.{part}").rows(inputs)
    (home / RESULT).write_text(
        json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1) + "\n",
        encoding="utf-8",
    )
    console.print(_shown(rows))


def _shown(rows: list[Row]) -> Table:
    table = Table("figure", "value", "bar", "met", "seconds", title="Jiaofei evaluation")
    for row in rows:
        value = f"{row.value:,.4g}" if isinstance(row.value, float) else str(row.value)
        table.add_row(row.name, value, row.bar, MARKS[row.met], f"{row.seconds:.1f}")
    return table


if __name__ == "__main__":
    main()
