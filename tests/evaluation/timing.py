"""Payment timing: rows for the households log, the demo province and simulated truth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.evaluation.rows import Inputs, Row, measured
from tests.evaluation.timing_households import forecast
from tests.evaluation.timing_province import BARRED, Judged, judged
from tests.evaluation.timing_truth import parameter_coverage

Figure = tuple[float | str, bool | None]
LEVELS = (50, 80, 95)


def rows(inputs: Inputs) -> list[Row]:
    """Every figure of payment timing that has a bar; absent data give rows that say so."""
    return [*_households(inputs), *_province(inputs), _truth()]


def _households(inputs: Inputs) -> list[Row]:
    present = (inputs.shared / "electricity_households" / "cph.csv").exists()

    def score() -> Figure:
        value = forecast(inputs.shared).log_score()
        return round(value, 3), value >= -3.12

    def within() -> Figure:
        value = 100 * forecast(inputs.shared).within(3)
        return round(value, 1), value >= 69

    def coverage() -> Figure:
        value = 100 * forecast(inputs.shared).coverage_and_width()[0]
        return round(value, 1), abs(value - 80) <= 8

    def width() -> Figure:
        return round(forecast(inputs.shared).coverage_and_width()[1], 1), None

    figures: list[tuple[str, str, Callable[[], Figure]]] = [
        ("households: forward log score", ">= -3.12 (gamma -4.30, exponential -5.16)", score),
        ("households: median within 3 days, %", ">= 69", within),
        ("households: 80 % windows cover, %", "80 +- 8", coverage),
        ("households: mean width of 80 % windows, days", "", width),
    ]
    return _rows(figures, present, "the households log is absent")


def _province(inputs: Inputs) -> list[Row]:
    warehouse = inputs.home / "warehouse.duckdb"
    coverage: list[tuple[str, str, Callable[[Judged], Figure]]] = [
        (f"{q} % windows cover, %", f"{q} +- 1.5", partial(_coverage, level=q)) for q in LEVELS
    ]
    whole: list[tuple[str, str, Callable[[Judged], Figure]]] = [
        (f"{q} % windows cover by whole days, % (their mass)", "", partial(_whole, level=q))
        for q in LEVELS
    ]
    judgements = [
        ("log score above the best baseline", ">= 0.05 nats", _gain),
        ("log score above the best single model", ">= 0", _singles),
        *coverage,
        *whole,
        ("worst coverage gap of a segment, points", "<= 3", _worst),
        ("customers of uncalibrated segments, who get no windows, %", "", _withheld),
        ("PIT KS p on 10,000 customers", "> .01", _pit),
        ("mean width of 80 % windows, days", "", _width),
    ]
    figures: list[tuple[str, str, Callable[[], Figure]]] = [
        (f"province: {name}", bar, partial(_judge, warehouse, figure))
        for name, bar, figure in judgements
    ]
    return _rows(figures, warehouse.exists(), "no demo province was built")


def _judge(warehouse: Path, figure: Callable[[Judged], Figure]) -> Figure:
    return figure(judged(warehouse))


def _gain(found: Judged) -> Figure:
    best = min((found.gain(name) for name in BARRED), key=lambda interval: interval.mean)
    return f"{best.mean:.3f} [{best.low:.3f}, {best.high:.3f}]", best.mean >= 0.05


def _singles(found: Judged) -> Figure:
    value = found.gain_over_singles()
    return round(value, 4), value >= 0


def _coverage(found: Judged, level: int) -> Figure:
    value = 100 * found.figures()[f"coverage_{level}"]
    return round(value, 2), abs(value - level) <= 1.5


def _whole(found: Judged, level: int) -> Figure:
    figures = found.figures()
    return (
        f"{100 * figures[f'whole_coverage_{level}']:.2f} ({100 * figures[f'mass_{level}']:.2f})",
        None,
    )


def _worst(found: Judged) -> Figure:
    gaps, kept = found.decision.segment_gaps, found.decision.worst_segment_gap
    gap = max(gaps.values(), default=0.0)
    return f"{100 * gap:.1f} (of {len(gaps)}; published: {100 * kept:.1f})", gap <= 0.03


def _withheld(found: Judged) -> Figure:
    return round(100 * found.decision.withheld_share, 1), None


def _pit(found: Judged) -> Figure:
    value = found.figures()["pit_ks_p"]
    return f"{value:.2g}", value > 0.01


def _width(found: Judged) -> Figure:
    return round(found.figures()["width_80_days"], 2), None


def _truth() -> Row:
    def coverage() -> Figure:
        value = 100 * parameter_coverage()
        return round(value, 2), abs(value - 95) <= 2

    return measured(
        "payment timing, simulated truth: parameter intervals cover, %", "95 +- 2", coverage
    )


def _rows(
    figures: list[tuple[str, str, Callable[[], Figure]]], present: bool, absent: str
) -> list[Row]:
    named = [(f"payment timing, {name}", bar, compute) for name, bar, compute in figures]
    if not present:
        return [Row(name, absent, bar, None, 0.0) for name, bar, _ in named]
    return [measured(name, bar, compute) for name, bar, compute in named]
