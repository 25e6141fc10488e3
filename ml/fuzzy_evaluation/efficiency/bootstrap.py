"""Simar and Wilson's smoothed homogeneous bootstrap of DEA efficiencies (1998, 2000)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.fuzzy_evaluation.arrays import Array
from ml.fuzzy_evaluation.efficiency.batched_simplex import batched_efficiencies

REPLICATIONS = 1000
CELLS_AT_ONCE = 6_000_000  # programmes x reference units held at once: about 150 MB
LEVEL = 0.95


@dataclass(frozen=True)
class Bootstrapped:
    """Bias-corrected efficiency and its interval; (units,) each."""

    corrected: Array
    low: Array
    high: Array
    bandwidth: float


def bootstrap(
    inputs: Array, outputs: Array, theta: Array, is_variable: bool,
    random: np.random.Generator, replications: int = REPLICATIONS,
) -> Bootstrapped:  # fmt: skip
    """Bias and interval of input efficiencies, worked out on distances d = 1 / theta >= 1.

    Each replication draws efficiencies theta* from the smoothed, reflected distribution of theta,
    makes the reference set x*_j = x_j theta_j / theta*_j, and measures every unit against it.
    corrected d = 2 d - mean d*; interval d - quantiles of (d* - d).

    In simulations (two inputs, 25 to 100 units) the correction takes away 80 % and more of the
    bias, but the 95 % interval covers only 60 to 80 % of the true efficiencies, most misses being
    units on the frontier: read it as the least that is uncertain.

    Args:
        inputs: (units, m).
        outputs: (units, s).
        theta: (units,) efficiencies within the set, in (0, 1].
        is_variable: variable returns.
        random: generator of the draws.
        replications: number of reference sets, at least 1,000 for a 95 % interval.
    """
    width = bandwidth(theta)
    at_once = max(1, CELLS_AT_ONCE // len(theta) ** 2)
    distances = []
    for begin in range(0, replications, at_once):
        count = min(at_once, replications - begin)
        drawn = draw_efficiencies(theta, width, count, random)
        reference = inputs[None] * (theta / drawn)[..., None]
        distances.append(1 / batched_efficiencies(reference, outputs, inputs, outputs, is_variable))
    boot = np.concatenate(distances)
    distance = 1 / theta
    tail = (1 - LEVEL) / 2
    deviation = np.quantile(boot - distance, [tail, 1 - tail], axis=0)
    corrected = np.maximum(1, 2 * distance - boot.mean(axis=0))
    far, near = distance - deviation[0], np.maximum(1, distance - deviation[1])
    return Bootstrapped(1 / corrected, 1 / np.maximum(1, far), 1 / near, width)


def bandwidth(theta: Array) -> float:
    """Silverman's rule on the efficiencies reflected at 1, scaled back to their own size.

    h = 0.9 min(sd, IQR / 1.34) (2n)^(-1/5) of {theta, 2 - theta}, times 2^(1/5) sd(theta) / sd of
    the reflected; units on the frontier take no part in the shape.
    """
    below = theta[theta < 1 - 1e-6]
    if len(below) < 2 or np.ptp(below) == 0:
        return 0.0
    both = np.concatenate([below, 2 - below])
    low, high = np.quantile(both, [0.25, 0.75])
    rule = 0.9 * min(both.std(ddof=1), (high - low) / 1.34) * len(both) ** -0.2
    return float(rule * 2**0.2 * theta.std(ddof=1) / both.std(ddof=1))


def draw_efficiencies(theta: Array, width: float, draws: int, random: np.random.Generator) -> Array:
    """Smoothed draws in (0, 1]: (draws, units), with the mean and variance of ``theta``."""
    chosen = random.choice(theta, (draws, len(theta)))
    noisy = chosen + width * random.standard_normal(chosen.shape)
    noisy = np.where(noisy <= 1, noisy, 2 - noisy)
    variance = theta.var()
    if variance == 0:
        return chosen
    mean = chosen.mean(axis=1, keepdims=True)
    drawn = mean + (noisy - mean) / np.sqrt(1 + width**2 / variance)
    return np.clip(drawn, theta.min() / 2, 1)
