"""scikit-criteria, imported past the deprecation warnings of what it draws with."""

from __future__ import annotations

import importlib
import importlib.metadata as metadata
import warnings

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import skcriteria
    from skcriteria.agg import topsis as topsis_module
    from skcriteria.agg import vikor
    from skcriteria.preprocessing import scalers, weighters

importlib.metadata = metadata  # scikit-criteria deletes it for everybody

entropy_weights = weighters.entropy_weights
critic_weights = weighters.critic_weights


def topsis(matrix: np.ndarray, objectives: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Closeness of TOPSIS after vector normalisation."""
    made = skcriteria.mkdm(matrix, objectives, weights=weights)
    scaled = scalers.VectorScaler(target="matrix").transform(made)
    with warnings.catch_warnings():  # it would rather see indicators to be minimised inverted
        warnings.simplefilter("ignore")
        return np.asarray(topsis_module.TOPSIS().evaluate(scaled).e_.similarity)


def vikor_q(matrix: np.ndarray, objectives: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The compromise Q of VIKOR."""
    made = skcriteria.mkdm(matrix, objectives, weights=weights)
    return np.asarray(vikor.VIKOR(v=0.5).evaluate(made).e_.q_k)
