"""The recalibrated stack of a batch: each model computed only where it has a weight.

The same numbers as ``candidates.forecast`` mixed by ``rolling.mixed``, which the backtest needs
model by model; scoring needs their sum alone.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ml.payment_timing.calibration import apply_maps
from ml.payment_timing.candidates import CANDIDATES, DAYS, applies
from ml.payment_timing.contract import HORIZON, States, TimingModel
from ml.payment_timing.segments import segment
from ml.payment_timing.stack import pooled_weights
from ml.payment_timing.states import ChosenRows


class Stack(Protocol):
    """What pooling needs of a fit."""

    @property
    def models(self) -> dict[str, TimingModel]:
        """Fitted candidates by name."""

    @property
    def weights(self) -> np.ndarray:
        """Of the stack, (segments, candidates)."""

    @property
    def maps(self) -> np.ndarray:
        """Calibration maps, (segments, pieces + 1)."""


def scored_forecast(stack: Stack, known: States) -> tuple[np.ndarray, np.ndarray]:
    """F(1..H), float32 (n, h), and the weights behind it, (n, candidates); NaN without a model.

    Args:
        stack: the fit.
        known: states whose undeclared strata are already the pooled one.
    """
    place = segment(known)
    weights = _weights(stack, known, place)
    total = np.zeros((len(place), HORIZON), dtype=np.float32)
    for number, name in enumerate(CANDIDATES):
        chosen = np.flatnonzero(weights[:, number] > 0)
        if len(chosen):
            survival = stack.models[name].survival(ChosenRows(known, chosen), DAYS)
            part = (1 - survival).astype(np.float32, copy=False)
            part *= weights[chosen, number, None]
            if len(chosen) == len(total):
                total += part
            else:
                total[chosen] += part
    total[np.isnan(weights[:, 0])] = np.nan
    return apply_maps(stack.maps, place, total), weights


def _weights(stack: Stack, known: States, place: np.ndarray) -> np.ndarray:
    """Weights over the models that apply, float32 (n, candidates); NaN where none does.

    Where no weighted model applies, those that have a weight anywhere and the last resort share it.
    """
    used = stack.weights.max(axis=0) > 0
    used[-1] = True
    apply = np.zeros((len(place), len(CANDIDATES)), dtype=bool)
    for number, name in enumerate(CANDIDATES):
        if used[number] and name in stack.models:
            apply[:, number] = applies(name, stack.models[name], known)
    return pooled_weights(stack.weights[place], apply).astype(np.float32)
