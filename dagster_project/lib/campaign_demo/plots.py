"""The two pictures of the demo, as PNG files: the effect with its truth, and the days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

WIDTH, HEIGHT, SCALE = 520, 180, 2


def draw(
    folder: Path, effects: pd.DataFrame, truth: dict[str, dict[str, float]], days: pd.DataFrame
) -> list[Path]:
    """Write ``effect.png`` and ``days.png`` into the folder."""
    folder.mkdir(exist_ok=True)
    known = effects.assign(truth=[truth[arm]["realised"] for arm in effects["arm"]])
    pictures = {"effect.png": _forest(known), "days.png": _days(days)}
    for name, chart in pictures.items():
        _write(chart, folder / name)
    return [folder / name for name in pictures]


def _forest(rows: pd.DataFrame) -> Any:
    import altair

    rows = rows.assign(comparison=rows["arm"] + " – holdout, " + rows["estimator"])
    axis = altair.Y("comparison:N", title=None, axis=altair.Axis(labelLimit=240))
    title = "Points of customers who paid through the target 目标渠道缴费占比提升"
    base = altair.Chart(rows).encode(y=axis)
    bars = base.mark_rule(strokeWidth=3).encode(
        x=altair.X("points_low:Q", title=title), x2="points_high:Q"
    )
    estimate = base.mark_point(filled=True, size=80).encode(x="points:Q")
    true = base.mark_tick(color="crimson", thickness=3, size=24).encode(x="truth:Q")
    zero = altair.Chart(rows).mark_rule(strokeDash=[4, 4]).encode(x=altair.datum(0))
    return altair.layer(bars, estimate, true, zero)


def _days(days: pd.DataFrame) -> Any:
    import altair

    sums = days.sort_values("tracked_on").copy()
    by_arm = sums.groupby("arm")
    share = by_arm["paid_through_target"].cumsum() / by_arm["assigned"].transform("sum")
    sums["paid_pct"] = 100 * share
    title = "% paid through the target 累计占比"
    return (
        altair.Chart(sums)
        .mark_line()
        .encode(
            x=altair.X("tracked_on:T", title=None),
            y=altair.Y("paid_pct:Q", title=title),
            color=altair.Color("arm:N", title=None),
        )
    )


def _write(chart: Any, path: Path) -> None:
    import vl_convert

    sized = chart.properties(width=WIDTH, height=HEIGHT)
    path.write_bytes(vl_convert.vegalite_to_png(sized.to_json(), scale=SCALE))
