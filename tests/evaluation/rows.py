"""One row of the evaluation: a figure, its bar, and whether it was met."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """A measured figure; ``met`` is None where the figure has no bar or its data are absent."""

    name: str
    value: float | str | None
    bar: str
    met: bool | None
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The row as evaluation.json holds it."""
        return asdict(self)


@dataclass(frozen=True)
class Inputs:
    """Where the evaluation finds its data; a folder that is absent makes rows say so."""

    shared: Path  # public data sets beside the project
    home: Path  # a home with a built demo province: warehouse.duckdb and truth/


def measured(name: str, bar: str, compute: Callable[[], tuple[float | str, bool | None]]) -> Row:
    """Run ``compute`` -> (value, met) and time it."""
    begin = time.monotonic()
    value, met = compute()
    return Row(name, value, bar, met, round(time.monotonic() - begin, 3))
