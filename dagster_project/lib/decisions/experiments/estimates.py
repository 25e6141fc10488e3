"""All estimates of all comparisons as one long frame: contrast, segment, estimator, figures.

No judgement of whether they may be read: that is ``validity`` and ``effect_rows``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import (
    COVARIATES,
    HOLDOUT,
    RECEIVED,
    Contrasts,
)
from dagster_project.lib.decisions.experiments.notes import NOT_MEASURED, NOT_PRICED
from dagster_project.lib.decisions.experiments.outcomes import CAMPAIGN
from dagster_project.lib.decisions.experiments.payment_days import DaysCompared
from ml.experiments.adjustment import compliers, cuped, post_stratified
from ml.experiments.effects import Effects, difference
from ml.experiments.moments import Array
from ml.experiments.survival import RestrictedMean, difference_in_days, post_stratified_days

ALL = "all"
PLAIN, CACE = "difference", "cace"


def estimates(sums: Contrasts, days: DaysCompared) -> pd.DataFrame:
    """One row per comparison, segment and estimator; ``events`` is the sum of the outcome."""
    rows = pd.concat([_of_sums(sums), _of_days(days)], ignore_index=True)
    # Two contacted arms are reached alike: dividing by the difference of their reach says nothing.
    rows = rows[(rows["estimator"] != CACE) | (rows["against_arm"] == HOLDOUT)]
    is_unknown = (rows["treated"] + rows["controls"] == 0).to_numpy()
    rows.loc[is_unknown, "refusal"] = NOT_MEASURED
    return rows


def _of_sums(given: Contrasts) -> pd.DataFrame:
    """Means and ratios: four estimators of the whole, the difference by segment."""
    treated, control = given.treated.total(), given.control.total()
    sizes, events = (treated.count, control.count), treated.sums[:, 0] + control.sums[:, 0]
    is_missing = given.missing > 0
    frames = [
        _frame(given.frame, ALL, name, found, sizes, events, is_missing)
        for name, found in (
            (PLAIN, difference(treated, control)),
            ("cuped", cuped(treated, control, COVARIATES)),
            ("post_stratified", post_stratified(given.treated, given.control)),
            (CACE, compliers(treated, control, RECEIVED)),
        )
    ]
    for place, names in enumerate(given.strata):
        one, other = given.treated[place], given.control[place]
        found, events = difference(one, other), one.sums[:, 0] + other.sums[:, 0]
        sizes = (one.count, other.count)
        frames.append(_frame(given.frame, names, PLAIN, found, sizes, events, is_missing))
    return pd.concat([_shown(frame) for frame in frames], ignore_index=True)


def _of_days(given: DaysCompared) -> pd.DataFrame:
    """Days to pay: the whole, weighted over strata, and by segment."""
    frames = [
        _days_frame(given, ALL, PLAIN, difference_in_days(*given.whole), given.whole),
        _days_frame(
            given, ALL, "post_stratified", post_stratified_days(*given.by_stratum), given.whole
        ),
    ]
    for place, names in enumerate(given.strata):
        one, other = (_stratum(arm, place) for arm in given.by_stratum)
        found = difference_in_days(one, other)
        frames.append(_days_frame(given, names, PLAIN, found, (one, other)))
    return pd.concat([_shown(frame) for frame in frames], ignore_index=True)


def _stratum(arm: RestrictedMean, place: int) -> RestrictedMean:
    return RestrictedMean(
        arm.days[place], arm.variance[place], arm.units[place], arm.is_observed[place]
    )


def _days_frame(
    given: DaysCompared,
    segment: str | np.ndarray,
    estimator: str,
    found: Effects,
    arms: tuple[RestrictedMean, RestrictedMean],
) -> pd.DataFrame:
    sizes, many = (arms[0].units, arms[1].units), np.full(len(given.frame), np.inf)
    return _frame(
        given.frame, segment, estimator, found, sizes, many, np.zeros(len(many), dtype=bool)
    )


def _frame(
    contrast: pd.DataFrame,
    segment: str | np.ndarray,
    estimator: str,
    found: Effects,
    sizes: tuple[Array, Array],
    events: Array,
    is_missing: np.ndarray,
) -> pd.DataFrame:
    low, high = found.interval()
    return contrast.assign(
        segment=segment,
        estimator=estimator,
        treated=sizes[0].astype(np.int64),
        controls=sizes[1].astype(np.int64),
        mean_treated=found.mean_treated,
        mean_control=found.mean_control,
        effect=found.estimate,
        std_error=found.std_error,
        effect_low=low,
        effect_high=high,
        p_value=found.p_value,
        events=events,
        refusal=np.where(is_missing, NOT_PRICED, found.refusal.astype(object)),
    )


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """Segments are told apart for the whole campaign only, and only those that there are."""
    is_whole = frame["segment"] == ALL
    return frame[is_whole | ((frame["segment"] != "") & (frame["horizon"] == CAMPAIGN))]
