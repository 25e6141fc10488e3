"""Features on one scale: winsorise, Yeo-Johnson, robust location and scale, weight.

The parameters are fitted on the sample and are plain numbers per feature, so that the same month
is scaled the same way by every later release.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import PowerTransformer

from ml.segmentation.features.columns import Floats
from ml.segmentation.features.declared import Transform

WINSOR = (0.005, 0.995)
NORMAL_IQR = 1.3489795003921634  # interquartile range of the standard normal
PARAMETERS = ("low", "high", "exponent", "location", "scale", "weight")


@dataclass(frozen=True)
class Scaling:
    """Parameters of one feature, in the order of ``PARAMETERS``; exponent 1 is the identity."""

    low: float
    high: float
    exponent: float
    location: float
    scale: float
    weight: float

    def apply(self, values: Floats) -> NDArray[np.float32]:
        """Scaled values: weight (YJ(clip(x)) - location)/scale."""
        moved = yeo_johnson(np.clip(values, self.low, self.high), self.exponent)
        return ((moved - self.location) * (self.weight / self.scale)).astype(np.float32)


def yeo_johnson(x: Floats, exponent: float) -> Floats:
    """Yeo and Johnson (2000): power transform of both signs, the identity at exponent 1."""
    if exponent == 1.0:
        return x
    positive = np.maximum(x, 0)
    upper = np.log1p(positive) if exponent == 0 else ((positive + 1) ** exponent - 1) / exponent
    if (x >= 0).all():
        return upper
    negative, mirrored = np.maximum(-x, 0), 2 - exponent
    lower = -np.log1p(negative) if mirrored == 0 else -((negative + 1) ** mirrored - 1) / mirrored
    return np.where(x >= 0, upper, lower)


def fit_scaling(
    values: Floats, transform: Transform, weight: float, floor: float
) -> Scaling | None:
    """Parameters of one feature, or None where the sample is constant.

    scale = max(IQR / 1.349, standard deviation, floor): the IQR of a feature that most customers
    share is zero, and a spread below the declared floor must not be blown up to a full unit.
    """
    low, high = (float(q) for q in np.quantile(values, WINSOR))
    if not low < high:
        low, high = float(values.min()), float(values.max())
    clipped = np.clip(values, low, high)
    if np.ptp(clipped) <= 1e-9 * max(1.0, abs(float(clipped.mean()))):
        return None
    exponent = _exponent(clipped) if transform == "yeo_johnson" else 1.0
    moved = yeo_johnson(clipped, exponent)
    lower, middle, upper = np.quantile(moved, (0.25, 0.5, 0.75))
    spread = max(float(upper - lower) / NORMAL_IQR, float(moved.std()))
    natural = float(np.ptp(moved) / np.ptp(clipped))  # keeps the floor in the feature's unit
    scale = max(spread, floor * natural)
    return Scaling(low, high, exponent, float(middle), scale, weight)


def _exponent(values: Floats) -> float:
    """Maximum-likelihood exponent, bounded: far powers only chase a lump of equal values."""
    fitted = PowerTransformer("yeo-johnson", standardize=False).fit(values[:, None]).lambdas_[0]
    return float(np.clip(fitted, -2.0, 2.0)) if np.isfinite(fitted) else 1.0


def fit_block(coordinates: Floats, weight: float) -> Floats:
    """(location per coordinate..., one scale) of a block whose geometry must stay.

    One scale = root of the block's total variance, so that the block weighs as one feature of
    the given weight whatever its number of coordinates. Empty where the block is constant.
    """
    location = coordinates.mean(axis=0)
    total = float(np.sqrt(((coordinates - location) ** 2).sum(axis=1).mean()))
    if total < 1e-9:
        return np.empty(0)
    return np.append(location, total / weight)
