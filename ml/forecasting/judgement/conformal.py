"""Split conformal quantiles per horizon, from the errors of earlier origins of the same series.

Errors are divided by the square root of the forecast, since counts spread as they grow; nearby
horizons are pooled until there are enough of them.
"""

from __future__ import annotations

import numpy as np

QUANTILES = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
WQL_QUANTILES = QUANTILES[1:-1]
WINDOWS = (3, 7, 14)  # days of horizon to either side that are pooled
ENOUGH = 60  # errors; 39 are the least that a 95 % interval can be read from
FLOOR_SHARE = 0.1  # of the series' mean: the spread at a forecast of zero


def spread(mean: np.ndarray, typical: np.ndarray) -> np.ndarray:
    """Unit of an error: sqrt(forecast + a tenth of the series' mean day), never 0; (n, h)."""
    return np.sqrt(np.maximum(mean, 0) + np.maximum(FLOOR_SHARE * typical, 1e-9)[:, None])


def scores(actual: np.ndarray, mean: np.ndarray, typical: np.ndarray) -> np.ndarray:
    """(y - m) / spread; NaN where y is unknown; (n, h)."""
    return (actual - mean) / spread(mean, typical)


def score_quantiles(past: np.ndarray, levels: tuple[float, ...] = QUANTILES) -> np.ndarray:
    """Quantiles of earlier scores by series and horizon; (k, n, h) -> (n, h, levels).

    The r-th smallest of N scores with r = ceil((N + 1) p) above the median and floor((N + 1) p)
    below (Vovk et al. 2005; Lei et al. 2018), each tail on its own, held within 1 and N.  A series
    that has no known error yet borrows those of all series.

    Raises:
        ValueError: no error at all is known.
    """
    count, horizon = past.shape[1:]
    if not np.isfinite(past).any():
        raise ValueError(f"conformal quantiles of {count} series: no earlier error is known")
    silent = np.isfinite(past).sum(axis=(0, 2)) == 0
    if silent.any():
        others = score_quantiles(past.reshape(-1, 1, horizon), levels)
        result = np.repeat(others, count, axis=0)
        if not silent.all():
            result[~silent] = score_quantiles(past[:, ~silent], levels)
        return result
    result = np.empty((count, horizon, len(levels)))
    for day in range(horizon):
        result[:, day] = _ranked(_pooled(past, day), levels)
    return result


def quantile_forecasts(mean: np.ndarray, typical: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """Forecast + spread * quantile, not negative and not crossing; (n, h, levels)."""
    raw = mean[..., None] + spread(mean, typical)[..., None] * quantiles
    return np.maximum(np.sort(raw, axis=-1), 0)


def _pooled(past: np.ndarray, day: int) -> np.ndarray:
    """Scores of the narrowest window of horizons that is wide enough for every series; (n, N)."""
    count = past.shape[1]
    for window in WINDOWS:
        near = past[:, :, max(0, day - window) : day + window + 1]
        if np.isfinite(near).sum(axis=(0, 2)).min() >= ENOUGH:
            return near.transpose(1, 0, 2).reshape(count, -1)
    return past.transpose(1, 0, 2).reshape(count, -1)


def _ranked(pooled: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    ordered = np.sort(pooled, axis=1)  # NaN last
    known = np.isfinite(pooled).sum(axis=1)
    columns = []
    for level in levels:
        position = (known + 1) * level
        rank = np.ceil(position - 1e-9) if level > 0.5 else np.floor(position + 1e-9)
        rank = np.clip(rank, 1, known).astype(int)
        columns.append(ordered[np.arange(len(ordered)), rank - 1])
    return np.column_stack(columns)
