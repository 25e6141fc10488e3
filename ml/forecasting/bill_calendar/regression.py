"""Ridge of a log-linear mean for many series at once: quasi-Poisson, by batched linear algebra.

All series share the regressors, so the Gram matrices of n series are one product (``products``).
Choosing lambda and turning fits into forecasts are elsewhere.
"""

from __future__ import annotations

import numpy as np

from ml.forecasting.bill_calendar.design import Design
from ml.forecasting.bill_calendar.products import Products, products_of

ROUNDS = 10  # of Fisher scoring
CHUNK_FLOATS = 10_000_000  # of Gram matrices n x p x p at a time: 80 MB
CONVERGED = 0.01  # largest move of a coefficient: one percent of the mean of its days
LARGEST_STEP = 3.0  # on the log scale in one round; keeps zeros from running away


def coefficients_of(
    values: np.ndarray,
    shape: Design,
    offset: np.ndarray,
    weights: np.ndarray,
    shrinkage: np.ndarray,
    start: np.ndarray | None = None,
) -> np.ndarray:
    """``fit_quasi_poisson`` in units of each series' dispersion, so that lambda means the same.

    Args:
        values: (n, T).
        shape: regressors of at least T days.
        offset: (n, at least T).
        weights: (T,).
        shrinkage: lambda, (n,).
        start: (n, p).
    """
    known = values.shape[1]
    unit = dispersion(values)
    return fit_quasi_poisson(
        values / unit[:, None],
        shape.matrix[:known],
        offset[:, :known] - np.log(unit)[:, None],
        weights,
        shrinkage[:, None] * shape.penalty,
        start,
    )


def dispersion(values: np.ndarray) -> np.ndarray:
    """Variance over mean, from weekly differences, at least 1 (a count's); (n, T) -> (n,)."""
    change = values[:, 7:] - values[:, :-7]
    seen = np.maximum(np.isfinite(change).sum(axis=1), 1)
    variance = np.nansum(change**2, axis=1) / (2 * seen)
    mean = np.nansum(values, axis=1) / np.maximum(np.isfinite(values).sum(axis=1), 1)
    return np.maximum(np.where(mean > 0, variance / np.maximum(mean, 1e-12), 1.0), 1.0)


def fit_quasi_poisson(
    values: np.ndarray,
    matrix: np.ndarray,
    offset: np.ndarray,
    weights: np.ndarray,
    penalty: np.ndarray,
    start: np.ndarray | None = None,
    rounds: int = ROUNDS,
) -> np.ndarray:
    """Coefficients b_i of ln E y_it = offset_it + x_t b_i.

    Minimises sum_t w_t (mu_it - y_it ln mu_it) + 1/2 sum_j k_ij b_ij^2 by Fisher scoring
    (McCullagh and Nelder 1989, section 2.5).  The variance is taken as proportional to the mean,
    so zeros need no constant added and no retransformation is biased.  (A ridge of ln(1 + y) with
    smearing misses 15 % more on the demo province's channels, 2 % more on channel x region.)

    Args:
        values: y, (n, T), not negative, NaN where missing.
        matrix: X, (T, p).
        offset: (n, T) on the log scale.
        weights: w, (T,), not negative.
        penalty: k, (n, p), positive.
        start: (n, p) coefficients to begin from; zeros if None.
        rounds: of Fisher scoring.

    Returns:
        (n, p).
    """
    count, width = len(values), matrix.shape[1]
    result = np.zeros((count, width)) if start is None else start.copy()
    step = max(1, CHUNK_FLOATS // max(width * width, 1))
    products = products_of(matrix)
    for begin in range(0, count, step):
        chunk = slice(begin, begin + step)
        result[chunk] = _scored(
            values[chunk], matrix, products, offset[chunk], weights, penalty[chunk],
            result[chunk], rounds,
        )  # fmt: skip
    return result


def _scored(
    values: np.ndarray, matrix: np.ndarray, products: Products, offset: np.ndarray,
    weights: np.ndarray, penalty: np.ndarray, coefficients: np.ndarray, rounds: int,
) -> np.ndarray:  # fmt: skip
    seen = np.isfinite(values) * weights
    target = np.nan_to_num(values)
    width = matrix.shape[1]
    diagonal = np.arange(width)
    for _ in range(rounds):
        mean = linear_mean(coefficients, matrix, offset)
        score = (seen * (target - mean)) @ matrix - penalty * coefficients
        gram = products.gram(seen * mean)
        gram[:, diagonal, diagonal] += penalty
        move = np.linalg.solve(gram, score[..., None])[..., 0]
        largest = np.abs(move).max(axis=1, keepdims=True)
        coefficients = coefficients + move * np.minimum(1, LARGEST_STEP / np.maximum(largest, 1e-9))
        if largest.max() < CONVERGED:
            break
    return coefficients


def linear_mean(coefficients: np.ndarray, matrix: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """exp(offset + X b), (n, T); the exponent is held below e^25 above its offset."""
    return np.exp(offset + np.clip(coefficients @ matrix.T, -25, 25))
