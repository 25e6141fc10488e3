"""A small decision tree that imitates the segmentation, and how faithfully it does.

Fidelity is measured on customers the tree has not seen. The tree explains; it assigns nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from ml.segmentation.explanation.rules import Condition, sentence
from ml.segmentation.features.columns import Floats
from ml.segmentation.words import Words

DEPTH = 3
FIDELITY_BAR = 0.90
LEAF_SHARE = 0.005  # of the customers: a rule about fewer is an anecdote
POINTS = 100_000


@dataclass(frozen=True)
class Surrogate:
    """Held-out fidelity, and per segment the path to its largest leaf."""

    fidelity: float
    rules: tuple[Words, ...]

    @property
    def is_faithful(self) -> bool:
        """The rules may stand for the segments."""
        return self.fidelity >= FIDELITY_BAR


def fit_surrogate(
    described: Floats, labels: NDArray[np.integer], names: list[str], k: int, seed: int
) -> Surrogate:
    """Fit on one half of (at most ``POINTS``) customers, measure on the other.

    ``described`` is NaN where a feature is unknown: the tree learns which way unknown goes.
    """
    order = np.random.default_rng(seed).permutation(len(labels))[:POINTS]
    learn, check = order[::2], order[1::2]
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=max(1, int(LEAF_SHARE * len(learn))), random_state=seed
    ).fit(described[learn], labels[learn])
    fidelity = float(np.mean(tree.predict(described[check]) == labels[check]))
    return Surrogate(fidelity, _rules(tree, described[learn], names, k))


def _rules(
    tree: DecisionTreeClassifier, learnt: Floats, names: list[str], k: int
) -> tuple[Words, ...]:
    """Per segment the conditions of the leaf that holds most of it."""
    inner, met = tree.tree_, _met_unknown(tree, learnt)
    best: dict[int, tuple[float, list[Condition]]] = {}
    stack: list[tuple[int, list[Condition]]] = [(0, [])]
    while stack:
        node, path = stack.pop()
        if inner.children_left[node] < 0:
            winner = int(np.argmax(inner.value[node][0]))
            weight = float(inner.value[node][0][winner] * inner.n_node_samples[node])
            segment = int(tree.classes_[winner])
            if weight > best.get(segment, (0.0, []))[0]:
                best[segment] = (weight, path)
            continue
        name, limit = names[inner.feature[node]], float(inner.threshold[node])
        left = bool(inner.missing_go_to_left[node])
        below = Condition(name, float("-inf"), limit, met[node] and left)
        above = Condition(name, limit, float("inf"), met[node] and not left)
        stack.append((inner.children_left[node], [*path, below]))
        stack.append((inner.children_right[node], [*path, above]))
    return tuple(sentence(best[s][1]) if s in best else Words("", "") for s in range(k))


def _met_unknown(tree: DecisionTreeClassifier, learnt: Floats) -> list[bool]:
    """Per node whether a customer of training came by of whom its feature is unknown."""
    visits = tree.decision_path(learnt).tocsc()
    met = []
    for node, feature in enumerate(tree.tree_.feature.tolist()):
        came = visits.indices[visits.indptr[node] : visits.indptr[node + 1]]
        met.append(feature >= 0 and bool(np.isnan(learnt[came, feature]).any()))
    return met
