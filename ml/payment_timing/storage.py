"""A whole fit as parameter rows and back, exactly; rows are what the warehouse keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ml.payment_timing.bill_hazard import BillHazard
from ml.payment_timing.calendar_tilt import CalendarTilt
from ml.payment_timing.contract import TimingModel
from ml.payment_timing.first_passage import InverseGaussianPassage
from ml.payment_timing.habits import HabitClasses
from ml.payment_timing.lognormal import LognormalDelay
from ml.payment_timing.parameters import ParameterRow
from ml.payment_timing.renewal import GammaRenewalMixture
from ml.payment_timing.scoring.batches import Scorer
from ml.payment_timing.season import OperationalTime, Season
from ml.payment_timing.stored import array_from, array_rows
from ml.payment_timing.stratum_rate import StratumRate

PLAIN: dict[str, Any] = {
    "bill_hazard": BillHazard,
    "lognormal_delay": LognormalDelay,
    "habit_classes": HabitClasses,
    "stratum_rate": StratumRate,
}
TILTED: dict[str, Any] = {
    "renewal_mixture": GammaRenewalMixture,
    "first_passage": InverseGaussianPassage,
}
SHARED = "PaymentTiming"  # weights, maps and alphas, beside the models
STRATA = "Strata"  # one row per declared name


def rows_of(fitted: Scorer) -> list[ParameterRow]:
    """Rows of every model, the weights, the maps, the alphas and the names of the strata."""
    rows = [
        ParameterRow(STRATA, code, name, 0, float(code)) for code, name in enumerate(fitted.strata)
    ]
    for name, model in fitted.models.items():
        base = model
        if isinstance(base, CalendarTilt):
            rows += array_rows(f"CalendarTilt.{name}", {"effect": base.effect})
            base = base.base
        if isinstance(base, OperationalTime):
            rows += array_rows(f"Season.{name}", {"index": base.season.index})
            base = base.base
        rows += base.to_rows()  # type: ignore[attr-defined]
    parts = {"weights": fitted.weights, "maps": fitted.maps, "hour_alpha": fitted.hour_alpha}
    if fitted.channel_alpha is not None:
        parts["channel_alpha"] = fitted.channel_alpha
    if fitted.withheld is not None:
        parts["withheld"] = fitted.withheld.astype(np.float64)
    return rows + array_rows(SHARED, parts)


def scorer_parts(rows: Sequence[ParameterRow]) -> dict[str, Any]:
    """The arguments of ``FittedTiming`` that ``rows_of`` wrote."""
    shared = array_from(rows, SHARED)
    names = sorted((row.stratum, row.name) for row in rows if row.model == STRATA)
    return {
        "strata": tuple(name for _, name in names),
        "models": _models(rows),
        "weights": shared["weights"],
        "maps": shared["maps"],
        "channel_alpha": shared.get("channel_alpha"),
        "hour_alpha": shared["hour_alpha"],
        "withheld": shared["withheld"][0] > 0 if "withheld" in shared else None,
    }


def _models(rows: Iterable[ParameterRow]) -> dict[str, TimingModel]:
    rows = list(rows)
    stored = {row.model for row in rows}
    found: dict[str, TimingModel] = {}
    for name, kind in PLAIN.items():
        if kind.__name__ in stored:
            found[name] = kind.from_rows(rows)
    for name, kind in TILTED.items():
        if f"CalendarTilt.{name}" in stored:
            season = Season(array_from(rows, f"Season.{name}")["index"])
            effect = array_from(rows, f"CalendarTilt.{name}")["effect"]
            found[name] = CalendarTilt(OperationalTime(kind.from_rows(rows), season), effect)
    return found
