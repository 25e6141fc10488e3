"""Pictures of models for the pages of their assets: Altair charts as PNG inside Markdown.

Only small, aggregated frames are drawn, never customers.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

WIDTH, HEIGHT = 440, 220  # pixels; two charts stand side by side on an asset's page
SCALE = 1.5  # of the PNG, for sharp text
BAND = 0.25  # opacity of an interval
LABEL_PIXELS = 320  # longest name of an estimate


def bars(
    data: pd.DataFrame, x: str, y: str, color: str | None = None, rule: float | None = None
) -> str:
    """Bars of ``y`` over ``x``, stacked by ``color``; ``rule`` is drawn as the expected height."""
    import altair

    chart = altair.Chart(data).mark_bar().encode(x=altair.X(x, sort=None), y=altair.Y(y))
    if color:
        chart = chart.encode(color=altair.Color(color, sort=None))
    if rule is not None:
        expected = altair.Chart(data).mark_rule(strokeDash=[4, 4]).encode(y=altair.datum(rule))
        return _markdown(chart + expected)
    return _markdown(chart)


def lines(
    data: pd.DataFrame,
    x: str,
    y: str,
    color: str | None = None,
    is_diagonal: bool = False,
    has_points: bool = True,
) -> str:
    """Lines, with points unless there are many; a diagonal where ``y`` should equal ``x``."""
    import altair

    chart = altair.Chart(data).mark_line(point=has_points).encode(x=altair.X(x), y=altair.Y(y))
    if color:
        chart = chart.encode(color=altair.Color(color, sort=None))
    if is_diagonal:
        equal = altair.Chart(data).mark_line(strokeDash=[4, 4], color="gray").encode(x=x, y=x)
        return _markdown(chart + equal)
    return _markdown(chart)


def fan(data: pd.DataFrame, x: str, y: str, bands: tuple[tuple[str, str], ...]) -> str:
    """A line with its intervals; every band is a pair of columns, the widest first."""
    import altair

    base = altair.Chart(data).encode(x=altair.X(x))
    layers: list[Any] = [
        base.mark_area(opacity=BAND).encode(y=altair.Y(low, title=y), y2=high)
        for low, high in bands
    ]
    return _markdown(altair.layer(*layers, base.mark_line().encode(y=y)))


def intervals(
    data: pd.DataFrame,
    low: str,
    value: str,
    high: str,
    label: str,
    row: str | None = None,
    rows: list[str] | None = None,
) -> str:
    """Estimates with their intervals, a line each, and zero; one panel a value of ``row``."""
    import altair

    names = altair.Axis(labelLimit=LABEL_PIXELS)
    base = altair.Chart(data).encode(y=altair.Y(label, sort=None, title=None, axis=names))
    ends = base.mark_rule().encode(x=altair.X(low, title=value), x2=high)
    points = base.mark_point(filled=True).encode(x=value)
    nothing = altair.Chart(data).mark_rule(strokeDash=[4, 4]).encode(x=altair.datum(0))
    layers = altair.layer(ends, points, nothing)
    if row is None:
        return _markdown(layers)
    return _png(layers.properties(width=WIDTH).facet(row=altair.Row(row, sort=rows, title=None)))


def heat(data: pd.DataFrame, x: str, y: str, value: str) -> str:
    """A matrix, such as the centroids of segments by feature; both colours reach equally far."""
    import altair

    reach = float(data[value].abs().max()) or 1.0
    scale = altair.Scale(scheme="redblue", domain=[-reach, reach])
    chart = altair.Chart(data).mark_rect()
    encoded = chart.encode(
        x=altair.X(x, sort=None),
        y=altair.Y(y, sort=None),
        color=altair.Color(value, scale=scale),
    )
    return _markdown(encoded)


def _markdown(chart: Any) -> str:
    return _png(chart.properties(width=WIDTH, height=HEIGHT))


def _png(chart: Any) -> str:
    import vl_convert

    png = vl_convert.vegalite_to_png(chart.to_json(), scale=SCALE)
    return f"![plot](data:image/png;base64,{base64.b64encode(png).decode()})"
