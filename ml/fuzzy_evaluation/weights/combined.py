"""Judgement and data in one set of weights, on both levels."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from ml.fuzzy_evaluation.arrays import Array, shares
from ml.fuzzy_evaluation.declaration.types import CRITIC, ENTROPY, Declaration
from ml.fuzzy_evaluation.weights.objective import aligned, critic_weights, entropy_weights
from ml.fuzzy_evaluation.wording import AHP_ALONE_ONE_UNIT, Said


@dataclass(frozen=True)
class Weights:
    """Weights over groups and of indicators within their group; those dropped have weight 0.

    ``objective_*`` are NaN where the data give none (constant or dropped indicators).
    """

    within: Array  # (indicators,), sums to 1 in each group that is left
    groups: Array  # (groups,), sums to 1
    judged_within: Array
    judged_groups: Array
    entropy: Array  # (indicators,), over all indicators
    critic: Array
    note: Said | None

    def overall(self, group_of: tuple[int, ...]) -> Array:
        """Weight of each indicator in the whole: group weight times weight within."""
        return self.groups[list(group_of)] * self.within


def combine(judged: Array, objective: Array, phi: float) -> Array:
    """Combine as w ~ w_judged^phi w_objective^(1 - phi), normalised.

    An item without an objective weight (NaN: constant, or one row) keeps its judged weight; the
    others share the rest.
    """
    judged = shares(judged)
    known = np.isfinite(objective)
    if not known.any() or judged[known].sum() == 0:
        return judged
    mixed = judged[known] ** phi * objective[known] ** (1 - phi)
    if mixed.sum() <= 0:
        return judged
    result = judged.copy()
    result[known] = judged[known].sum() * mixed / mixed.sum()
    return result


def objective_weights(values: Array, is_higher_better: Array) -> tuple[Array, Array]:
    """Entropy and CRITIC weights over the indicators that vary; NaN for the others.

    Each indicator counts the rows that have it; each correlation the rows that have both (0 where
    they are fewer than three), so that a unit without one indicator still takes part in the rest.

    Args:
        values: (rows, indicators), NaN where a unit lacks one.
        is_higher_better: (indicators,) booleans.
    """
    entropy = np.full(values.shape[1], np.nan)
    critic = entropy.copy()
    there = np.isfinite(values)
    low = np.where(there, values, np.inf).min(axis=0, initial=np.inf)
    high = np.where(there, values, -np.inf).max(axis=0, initial=-np.inf)
    varies = high > low
    if not varies.any():
        return entropy, critic
    unit = aligned(values[:, varies], is_higher_better[varies].astype(bool))
    for weights, find in ((entropy, entropy_weights), (critic, critic_weights)):
        with suppress(ValueError):  # copies of each other carry no weight: NaN says so
            weights[varies] = find(unit)
    return entropy, critic


def combined_weights(values: Array, in_use: Array, declaration: Declaration) -> Weights:
    """Weights of a declaration on pooled rows (units x months); ``in_use`` marks indicators."""
    group_of = np.array(declaration.group_of)
    judged = np.concatenate([np.array(group.weights) for group in declaration.groups]) * in_use
    higher = np.array([i.is_higher_better for i in declaration.indicators])
    entropy, critic = objective_weights(np.where(in_use, values, np.nan), higher)
    chosen = _chosen(entropy, critic, declaration.objective)
    within, judged_within = np.zeros_like(judged), np.zeros_like(judged)
    left = np.zeros(len(declaration.groups))
    group_objective = np.full(len(left), np.nan)
    for g in range(len(left)):
        own = (group_of == g) & in_use.astype(bool)
        if not judged[own].sum() > 0:
            continue
        left[g] = declaration.weights[g]
        judged_within[own] = shares(judged[own])
        within[own] = combine(judged[own], chosen[own], declaration.phi)
        if np.isfinite(chosen[own]).any():
            group_objective[g] = np.nansum(chosen[own])
    has_any = bool(left.sum() > 0)
    return Weights(
        within=within,
        groups=combine(left, group_objective, declaration.phi) if has_any else left,
        judged_within=judged_within,
        judged_groups=shares(left) if has_any else left,
        entropy=entropy,
        critic=critic,
        note=None if np.isfinite(chosen).any() else AHP_ALONE_ONE_UNIT,
    )


def _chosen(entropy: Array, critic: Array, objective: str) -> Array:
    if objective == ENTROPY:
        return entropy
    if objective == CRITIC:
        return critic
    both = np.sqrt(entropy * critic)
    return both / np.nansum(both) if np.nansum(both) > 0 else np.full_like(both, np.nan)
