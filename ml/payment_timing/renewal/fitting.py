"""Empirical-Bayes fit of the renewal mixture: maximum marginal likelihood on a sample.

Start values, scaling, the optimiser and the standard errors; the likelihood itself is given.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from ml.payment_timing.renewal import lifetime_likelihood
from ml.payment_timing.renewal.history import History
from ml.payment_timing.renewal.likelihood import softmax, value_and_gradient

Likelihood = Callable[[History, np.ndarray, tuple[int, ...]], tuple[float, np.ndarray]]
SHAPES = (1, 2, 3, 4, 6, 8, 12, 16, 24)
LOG_LIMIT = 9.0  # of |ln parameter|, time in mean gaps; a prior of 8,000 events is a point
START = (0.0, 0.0, -0.5, 0.7)  # mild heterogeneity, a fourth of the customers lost per gap
LOGIT_LIMIT = 12.0  # a weight of e^-12 is none


def fit_logs(
    history: History, shapes: tuple[int, ...], likelihood: Likelihood = value_and_gradient
) -> np.ndarray:
    """Maximise the likelihood over the logs of r, alpha, the two of the end, and the logits.

    L-BFGS-B with the analytic gradient, time in units of the mean gap, so that days and weeks give
    the same fit.

    Raises:
        ValueError: no customer has a repeat, or the optimum is not finite.
    """
    if not (history.repeats > 0).any():
        raise ValueError(
            f"none of {len(history)} customers has a second payment day: the gaps cannot be "
            "learned; give a longer history"
        )
    scale = mean_gap(history)
    scaled = history.in_units_of(scale)

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = likelihood(scaled, logs, shapes)
        return -value / len(history), -gradient / len(history)

    start = np.append(START, np.zeros(len(shapes) - 1))
    bounds = [(-LOG_LIMIT, LOG_LIMIT)] * 4 + [(-LOGIT_LIMIT, LOGIT_LIMIT)] * (len(shapes) - 1)
    found = minimize(
        loss, start, jac=True, bounds=bounds, method="L-BFGS-B",
        options={"maxiter": 500, "ftol": 1e-10, "gtol": 1e-6},
    )  # fmt: skip
    if not np.isfinite(found.fun):
        raise ValueError(f"the renewal likelihood is {found.fun} at {found.x}; check the gaps")
    return found.x


def mean_gap(history: History) -> float:
    """Mean gap of all customers, the unit of time of the fit."""
    return float(history.last.sum() / history.repeats.sum())


def fit_parameters(history: History, shapes: tuple[int, ...]) -> dict[str, tuple[float, ...]]:
    """The mixture with dropout: r, alpha, a, b and one weight per shape."""
    logs = fit_logs(history, shapes)
    r, alpha, a, b = (float(value) for value in np.exp(logs[:4]))
    weights = tuple(float(value) for value in softmax(logs[4:]))
    scale = mean_gap(history)
    return {"r": (r,), "alpha": (alpha * scale,), "a": (a,), "b": (b,), "weight": weights}


def fit_lifetime_parameters(
    history: History, shapes: tuple[int, ...]
) -> dict[str, tuple[float, ...]]:
    """The mixture with a lifetime: r, alpha, s, beta and one weight per shape."""
    logs = fit_logs(history, shapes, lifetime_likelihood.value_and_gradient)
    r, alpha, s, beta = (float(value) for value in np.exp(logs[:4]))
    weights = tuple(float(value) for value in softmax(logs[4:]))
    scale = mean_gap(history)
    return {
        "r": (r,), "alpha": (alpha * scale,), "s": (s,), "beta": (beta * scale,), "weight": weights,
    }  # fmt: skip


def log_errors(history: History, logs: np.ndarray, shapes: tuple[int, ...]) -> np.ndarray:
    """Standard errors of ``logs`` from the observed information; a flat direction gives infinity.

    ``history`` is in the same unit of time as ln alpha.
    The information is a central difference of the analytic gradient; directions in which it is not
    positive carry no information.
    """
    step = 1e-4
    rows = [
        value_and_gradient(history, logs + step * unit, shapes)[1]
        - value_and_gradient(history, logs - step * unit, shapes)[1]
        for unit in np.eye(len(logs))
    ]
    information = -np.array(rows) / (2 * step)
    values, vectors = np.linalg.eigh((information + information.T) / 2)
    with np.errstate(divide="ignore"):
        inverse = np.where(values > 1e-8 * values.max(), 1 / np.abs(values), np.inf)
    loadings = vectors**2
    return np.sqrt(np.where(loadings > 1e-12, loadings * inverse, 0.0).sum(axis=1))
