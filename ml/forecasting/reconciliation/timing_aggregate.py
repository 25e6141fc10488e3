"""Forecasts of channels drawn towards the sum of the customers' own payment windows.

The timing model counts E payments of a channel on a day from the customers; the series model from
their past.  Where both speak they are averaged by how well each has done.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def inverse_variance_weight(series_errors: np.ndarray, timing_errors: np.ndarray) -> float:
    """Weight of the timing aggregate: v_series / (v_series + v_timing), v the mean square error.

    Raises:
        ValueError: no error of either is known, or both are always exact.
    """
    ours = np.asarray(series_errors, float)
    theirs = np.asarray(timing_errors, float)
    ours, theirs = ours[np.isfinite(ours)], theirs[np.isfinite(theirs)]
    if len(ours) == 0 or len(theirs) == 0:
        raise ValueError(
            f"{len(ours)} errors of the series forecast and {len(theirs)} of the timing aggregate: "
            "give at least one of each, from earlier origins"
        )
    own, other = float(np.mean(ours**2)), float(np.mean(theirs**2))
    if own + other == 0:
        raise ValueError("both forecasts were always exact; inverse variances do not exist")
    return own / (own + other)


def shrunk_to_timing(
    forecast: pd.DataFrame, timing: pd.DataFrame, weights: dict[str, float]
) -> pd.DataFrame:
    """Move every series of a channel by the factor that its channel's mean moves.

    channel mean m becomes (1 - w) m + w t; regions and intervals scale with it and the total is
    the sum again, so the forecast stays coherent.  Days without t, or with m = 0, stay.

    Args:
        forecast: ``unique_id, ds, mean`` and interval bounds, of a complete hierarchy.
        timing: ``channel, ds, expected``, counts of payments.
        weights: w by channel, between 0 and 1; channels that are not named stay.

    Raises:
        ValueError: a weight lies outside 0 to 1.
    """
    for channel, weight in weights.items():
        if not 0 <= weight <= 1:
            raise ValueError(f"weight {weight} of {channel}: expected a number from 0 to 1")
    result = forecast.copy()
    channel = result["unique_id"].str.split("/").str[0]
    own = result[result["unique_id"] == channel].set_index(["unique_id", "ds"])["mean"]
    expected = timing.assign(ds=pd.to_datetime(timing["ds"])).set_index(["channel", "ds"])
    target = expected["expected"].reindex(own.index)
    weight_of = own.index.get_level_values(0).map(lambda name: weights.get(name, 0.0))
    moved = own + np.asarray(weight_of, float) * (target - own)
    factor = (moved / own.where(own > 0)).fillna(1.0)
    keys = pd.MultiIndex.from_arrays([channel, result["ds"]])
    scale = factor.reindex(keys).fillna(1.0).to_numpy()
    numbers = [name for name in result if name == "mean" or str(name)[:3] in ("lo_", "hi_")]
    result[numbers] = result[numbers].mul(scale, axis=0)
    return _with_total(result, own, moved.where(target.notna(), own), numbers)


def _with_total(
    result: pd.DataFrame, own: pd.Series, moved: pd.Series, numbers: list[str]
) -> pd.DataFrame:
    """The total's mean is the sum of the channels'; its intervals keep their ratio to it."""
    is_total = (result["unique_id"] == "total").to_numpy()
    channels = own.index.get_level_values(0) != "total"
    if not is_total.any() or not channels.any():
        return result
    before = own[channels].groupby(level=1).sum()
    change = moved[channels].groupby(level=1).sum() / before.where(before > 0)
    scale = change.reindex(result.loc[is_total, "ds"]).fillna(1.0).to_numpy()
    result.loc[is_total, numbers] = result.loc[is_total, numbers].mul(scale, axis=0)
    return result
