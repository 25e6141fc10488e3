"""The weekly refit: backtest every candidate, decide, and fit the champion on all that is known.

The daily forecast from its parameters is in ``daily``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from ml.forecasting.bill_calendar import model as bill_calendar
from ml.forecasting.candidates.combination import combined, inverse_wql
from ml.forecasting.candidates.prophet_model import GRID
from ml.forecasting.candidates.registry import (
    CANDIDATES,
    COMBINATION,
    PROPHET_TUNED,
    SEASONAL_NAIVE,
)
from ml.forecasting.candidates.task import Outside, task_of
from ml.forecasting.contract import Finding, panel_of
from ml.forecasting.hierarchy import Hierarchy, completed, hierarchy_of
from ml.forecasting.judgement import promotion
from ml.forecasting.judgement.conformal import QUANTILES, score_quantiles
from ml.forecasting.judgement.metrics import summary
from ml.forecasting.judgement.rolling_origin import (
    JUDGED_DAYS,
    STEP_DAYS,
    Origins,
    Run,
    declared_sample,
    judged,
    origins_of,
    past_scores,
    run,
)
from ml.forecasting.parameters import BOUNDS, Fitted, to_rows
from ml.forecasting.reconciliation.min_trace import coherent, projection
from ml.forecasting.result import NO_ERROR_KNOWN, BacktestResult, refused_backtest, table_of

HORIZON_DAYS = 60
SAMPLE_SERIES = 20
FEWEST_ORIGINS = 3  # two that calibrate, one that is judged
RECONCILED = "_reconciled"
FITTED_MODELS = {"bill_calendar": True, "calendar_only": False}  # whether bills enter


def backtest(
    panel: pd.DataFrame,
    bills: pd.DataFrame | None = None,
    *,
    events: pd.DataFrame | None = None,
    overrides: pd.DataFrame | None = None,
    candidates: Collection[str] | None = None,
    sample: Sequence[str] | None = None,
    horizon: int = HORIZON_DAYS,
    incumbent: str = SEASONAL_NAIVE,
) -> BacktestResult:
    """Judge the candidates on rolling origins, decide, and fit the champion.

    Args:
        panel: ``unique_id, ds, y``; ids of the form channel/region are completed by their sums.
        bills: ``region, ds, bills``: issued bills (or their amount, where y is an amount).
        events: ``ds, name``: known events, past and coming.
        overrides: ``calendar_date, is_workday``.
        candidates: names of the registry, all if None; the two baselines are needed to promote.
        sample: series on which the slow candidates run; 20 by the hash of their ids if None.
        horizon: days that intervals are calibrated for, at least 28.
        incumbent: the model that stays when none passes the gates; it runs on all series.

    Raises:
        ValueError: the panel is malformed (see ``panel_of``), a name is unknown, or the horizon
            is below 28.  Too little history is no error: the result has a refusal code.
    """
    chosen = _checked(candidates, incumbent, horizon)
    if (bills is None or bills.empty) and "bill_calendar" in chosen:
        chosen = [name for name in chosen if name != "calendar_only"]  # the same model twice
    outside = Outside(bills, events, overrides)
    given = panel_of(panel)
    refused = {finding.unique_id for finding in given.findings if finding.is_refusal}
    kept = tuple(name for name in given.ids if name not in refused)
    whole = completed(given.only(kept)) if kept else given
    origins = origins_of(whole, horizon, outside)
    if not kept or len(origins.known) < FEWEST_ORIGINS:
        return refused_backtest(given, incumbent)
    declared = tuple(sample) if sample is not None else declared_sample(whole.ids, SAMPLE_SERIES)
    strangers = sorted(set(declared) - set(whole.ids))
    if strangers:
        raise ValueError(f"sample names {strangers}, which are no series of the panel")
    if not (_has_errors(origins, whole.ids) and _has_errors(origins, declared or whole.ids)):
        return refused_backtest(given, incumbent, NO_ERROR_KNOWN)
    runs = {}
    for name in chosen:
        is_partial = CANDIDATES[name].is_slow and name != incumbent
        ids = declared if is_partial else whole.ids
        if ids:
            runs[name] = run(CANDIDATES[name], origins, ids)
    return _decided(origins, runs, declared, incumbent, given.findings)


def _has_errors(origins: Origins, ids: tuple[str, ...]) -> bool:
    """Whether any series has a value before the second origin, the first that is judged."""
    return bool(np.isfinite(origins.actual(0, ids)[:, :STEP_DAYS]).any())


def _checked(candidates: Collection[str] | None, incumbent: str, horizon: int) -> list[str]:
    """Names to run, in the registry's order; the incumbent is always among them."""
    wanted = {*(CANDIDATES if candidates is None else candidates)}
    if incumbent != COMBINATION:
        wanted.add(incumbent)
    unknown = sorted(wanted - set(CANDIDATES))
    if unknown:
        raise ValueError(f"unknown candidates {unknown}; known are {sorted(CANDIDATES)}")
    if horizon < JUDGED_DAYS:
        raise ValueError(f"horizon {horizon}: at least the {JUDGED_DAYS} judged days are needed")
    return [name for name in CANDIDATES if name in wanted]


def _decided(
    origins: Origins,
    runs: dict[str, Run],
    sample: tuple[str, ...],
    incumbent: str,
    findings: tuple[Finding, ...],
) -> BacktestResult:
    """Figures, decisions, and the champion fitted."""
    everywhere = [each for each in runs.values() if each.ids == origins.panel.ids]
    rows, mixture = _figures(origins, list(runs.values()), everywhere, sample)
    eligible = {each.name: each for each in [*everywhere, mixture]}
    made = promotion.decisions(rows, list(eligible))
    shared = rows[rows["is_judged"] & rows["unique_id"].isin(sample or origins.panel.ids)]
    wql = summary(shared, ["candidate"]).set_index("candidate")["wql"].to_dict()
    champion, reason_en, reason_zh = promotion.promoted(made, wql, incumbent)
    weights = inverse_wql(rows, [each.name for each in everywhere])
    final, projected, hierarchy = _reconciled(eligible[champion], origins)
    if final is not eligible[champion]:
        rows = pd.concat([rows, judged(final, origins)], ignore_index=True)
    fitted = _fitted(champion, weights, origins, final, runs, projected)
    return BacktestResult(
        table_of(rows, sample), rows, promotion.as_frame(made), champion, reason_en, reason_zh,
        weights, to_rows(fitted, hierarchy), sample,
        {each.name: each.seconds / len(each.means) / len(each.ids) for each in runs.values()},
        findings,
    )  # fmt: skip


def _figures(
    origins: Origins, runs: list[Run], everywhere: list[Run], sample: tuple[str, ...]
) -> tuple[pd.DataFrame, Run]:
    """Cells of all candidates and their combinations, and the combination that ran everywhere."""
    rows = pd.concat([judged(each, origins) for each in runs], ignore_index=True)
    mixture = combined(COMBINATION, everywhere, rows, origins.panel.ids)
    mixtures = [mixture]
    if sample and len(everywhere) < len(runs):
        mixtures.append(combined(f"{COMBINATION}_of_all", runs, rows, sample))
    return pd.concat([rows, *[judged(each, origins) for each in mixtures]]), mixture


def _reconciled(best: Run, origins: Origins) -> tuple[Run, np.ndarray | None, Hierarchy | None]:
    """The champion's forecasts made coherent at every origin, by errors of the origins before."""
    hierarchy = hierarchy_of(origins.panel.ids)
    if hierarchy is None:
        return best, None, None
    means, weights = [], np.empty(0)
    for number in range(len(origins.known) + 1):
        actual = [origins.actual(at, best.ids)[:, :JUDGED_DAYS] for at in range(number)]
        errors = np.hstack(actual) if actual else np.empty((len(best.ids), 0))
        past = [best.means[at][:, :JUDGED_DAYS] for at in range(number)]
        weights = projection(hierarchy, errors, np.hstack(past) if past else errors)
        if number < len(origins.known):
            means.append(coherent(hierarchy, weights, best.means[number]))
    return Run(best.name + RECONCILED, best.ids, means), weights, hierarchy


def _fitted(
    champion: str, weights: dict[str, float], origins: Origins, final: Run,
    runs: dict[str, Run], projected: np.ndarray | None,
) -> Fitted:  # fmt: skip
    task = task_of(origins.panel, origins.horizon, origins.outside)
    wanted = list(weights) if champion == COMBINATION else [champion]
    models = {
        name: bill_calendar.fit(task, with_bills=with_bills)
        for name, with_bills in FITTED_MODELS.items()
        if name in wanted
    }
    quantiles = score_quantiles(past_scores(final, origins, len(origins.known)))
    bounds = [QUANTILES.index(level) for level in BOUNDS.values()]
    tuned = runs[PROPHET_TUNED].settings if PROPHET_TUNED in runs else None
    places = {
        name: GRID.index(setting)
        for name, setting in (tuned if isinstance(tuned, dict) else {}).items()
    }
    kept = weights if champion == COMBINATION else {}
    return Fitted(
        champion, origins.panel.ids, kept, models, quantiles[..., bounds], places, projected
    )
