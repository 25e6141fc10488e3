"""The daily forecast: the promoted model's parameters read with today's panel.

Series that the model does not know, or that are too short or sparse, get a stated fallback; series
of less than two weeks get none, and ``findings`` says so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ml.forecasting.bill_calendar import model as bill_calendar
from ml.forecasting.candidates.combination import mixed
from ml.forecasting.candidates.registry import CANDIDATES, COMBINATION, PROPHET_TUNED
from ml.forecasting.candidates.task import Outside, Task, task_of
from ml.forecasting.contract import Panel, panel_of
from ml.forecasting.fallback import MODELS, fallback_bounds, fallback_means
from ml.forecasting.hierarchy import completed, hierarchy_of, mean_of_known
from ml.forecasting.judgement.conformal import quantile_forecasts
from ml.forecasting.parameters import BOUNDS, Fitted, from_rows, prophet_settings
from ml.forecasting.reconciliation.min_trace import coherent

FORECAST_COLUMNS = (
    "unique_id", "ds", "mean", *BOUNDS, "is_calendar_estimated", "model",
)  # fmt: skip
FINDING_COLUMNS = ("unique_id", "code", "is_refusal", "message_en", "message_zh")


def forecast(
    panel: pd.DataFrame,
    parameters: pd.DataFrame | None = None,
    bills: pd.DataFrame | None = None,
    *,
    events: pd.DataFrame | None = None,
    overrides: pd.DataFrame | None = None,
    horizon: int = 60,
) -> pd.DataFrame:
    """Mean and 80/95 % intervals of the coming days, coherent over channel and region.

    Args:
        panel: ``unique_id, ds, y`` up to today.
        parameters: of ``backtest``; None gives the naive forecasts.
        bills: ``region, ds, bills`` up to today.
        events: ``ds, name``.
        overrides: ``calendar_date, is_workday``.
        horizon: days after the panel's last day.

    Returns:
        ``FORECAST_COLUMNS``, one row per series and day; empty where every series is refused.

    Raises:
        ValueError: the panel is malformed, the horizon is not positive, the parameters are not
            those of a refit, or they were fitted with bills and none are given.
    """
    if horizon < 1:
        raise ValueError(f"horizon {horizon}: at least one day is needed")
    given = panel_of(panel)
    refused = {finding.unique_id for finding in given.findings if finding.is_refusal}
    kept = [name for name in given.ids if name not in refused]
    if not kept:
        return pd.DataFrame(columns=list(FORECAST_COLUMNS))
    whole = completed(given.only(kept))
    task = task_of(whole, horizon, Outside(bills, events, overrides))
    fitted = None if parameters is None else from_rows(parameters)
    models = _models(whole, fitted)
    mean = _means(task, fitted, models)
    bounds = _bounds(task, fitted, models, mean)
    return _frame(task, models, mean, bounds)


def findings(panel: pd.DataFrame) -> pd.DataFrame:
    """What is odd about the series, refusals among it: one row per series and finding."""
    rows = [
        [getattr(finding, name) for name in FINDING_COLUMNS] for finding in panel_of(panel).findings
    ]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS))


def _models(panel: Panel, fitted: Fitted | None) -> tuple[str, ...]:
    """The model of each series."""
    odd = {
        finding.unique_id: MODELS[finding.code]
        for finding in panel.findings
        if finding.code in MODELS
    }
    known = set(_known(panel.ids, fitted.ids)) if fitted else set()
    champion = fitted.champion if fitted else MODELS["short"]
    return tuple(
        odd.get(name, champion if name in known else MODELS["short"]) for name in panel.ids
    )


def _means(task: Task, fitted: Fitted | None, models: tuple[str, ...]) -> np.ndarray:
    """Base forecasts, then sums that agree; (n, horizon)."""
    mean = fallback_means(task, models)
    known = _known(task.past.ids, fitted.ids) if fitted else ()
    if fitted and known:
        own = dict(
            zip(known, _champion(replace(task, past=task.past.only(known)), fitted), strict=True)
        )
        for at, name in enumerate(task.past.ids):
            if name in own and models[at] == fitted.champion:
                mean[at] = own[name]
    hierarchy = hierarchy_of(task.past.ids)
    if hierarchy is None:
        return np.maximum(mean, 0)
    bottoms = len(hierarchy.bottoms)
    sums_up = np.hstack([np.zeros((bottoms, len(hierarchy.ids) - bottoms)), np.eye(bottoms)])
    agreed = fitted is not None and fitted.projection is not None and fitted.ids == task.past.ids
    weights = fitted.projection if agreed and fitted else None
    return coherent(hierarchy, sums_up if weights is None else weights, mean)


def _known(ids: tuple[str, ...], fitted: tuple[str, ...]) -> tuple[str, ...]:
    """Series that were fitted; a sum only where one of its parts was."""
    hierarchy = hierarchy_of(tuple(name for name in ids if name in set(fitted)))
    there = set(fitted) & set(ids if hierarchy is None else hierarchy.ids)
    return tuple(name for name in ids if name in there)


def _champion(task: Task, fitted: Fitted) -> np.ndarray:
    if fitted.champion != COMBINATION:
        return _one(task, fitted, fitted.champion)
    return mixed({name: _one(task, fitted, name) for name in fitted.weights}, fitted.weights)


def _one(task: Task, fitted: Fitted, name: str) -> np.ndarray:
    if name in fitted.models:
        return bill_calendar.predict(task, fitted.models[name])
    settings = prophet_settings(fitted) if name == PROPHET_TUNED else None
    return CANDIDATES[name].forecast(task, settings)


def _bounds(
    task: Task, fitted: Fitted | None, models: tuple[str, ...], mean: np.ndarray
) -> np.ndarray:
    """Conformal bounds where the refit calibrated them, the fallback's elsewhere."""
    result = fallback_bounds(task, mean, models, tuple(BOUNDS.values()))
    if fitted is None:
        return result
    place = {name: at for at, name in enumerate(fitted.ids)}
    odd = {finding.unique_id for finding in task.past.findings if finding.code in MODELS}
    own = [
        at for at, name in enumerate(task.past.ids) if name in place and name not in odd
    ]  # fmt: skip
    days = np.minimum(np.arange(task.horizon), fitted.quantiles.shape[1] - 1)
    scores = fitted.quantiles[[place[task.past.ids[at]] for at in own]][:, days]
    typical = mean_of_known(task.past.values)[own]
    result[own] = quantile_forecasts(mean[own], typical, scores)
    return result


def _frame(
    task: Task, models: tuple[str, ...], mean: np.ndarray, bounds: np.ndarray
) -> pd.DataFrame:
    count = len(models)
    estimated = task.calendar["is_estimated"].to_numpy(bool)[task.known :]
    columns = {name: bounds[..., at].ravel() for at, name in enumerate(BOUNDS)}
    return pd.DataFrame({
        "unique_id": np.repeat(list(task.past.ids), task.horizon),
        "ds": np.tile(task.past.coming(task.horizon), count),
        "mean": mean.ravel(),
        **columns,
        "is_calendar_estimated": np.tile(estimated, count),
        "model": np.repeat(list(models), task.horizon),
    })[list(FORECAST_COLUMNS)]  # fmt: skip
