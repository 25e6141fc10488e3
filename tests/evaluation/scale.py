"""Figures of scale, as the benchmarks measure them."""

from __future__ import annotations

import time

from tests.benchmarks import guidance_city, matching_scale, segmentation_scale, timing_scale
from tests.evaluation.rows import Inputs, Row


def rows(inputs: Inputs) -> list[Row]:
    """Every figure of the scale benchmarks; seconds of a shared machine."""
    del inputs  # the benchmarks make their own data
    found: list[Row] = []
    for part in (timing_scale, segmentation_scale, matching_scale, guidance_city):
        begin = time.monotonic()
        measured = part.rows()
        seconds = round(time.monotonic() - begin, 1)
        found += [Row(name, value, bar, _met(value, bar), seconds) for name, value, bar in measured]
    return found


def _met(value: str, bar: str) -> bool | None:
    """Whether a figure such as ``68 s`` keeps to a bar such as ``<= 60 s``; None without one."""
    words = bar.split()
    if len(words) < 2 or words[0] not in ("<=", ">="):
        return None
    number, limit = float(value.split()[0]), float(words[1])
    return number <= limit if words[0] == "<=" else number >= limit
