"""Declared terms by category: their counts in a text, and the category that they speak for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

UNSURE = -1


@dataclass(frozen=True)
class Dictionary:
    """Terms of each category, in the order of the categories."""

    terms: Mapping[str, tuple[str, ...]]

    @property
    def categories(self) -> tuple[str, ...]:
        """Codes, in order."""
        return tuple(self.terms)

    def counts(self, texts: Sequence[str]) -> np.ndarray:
        """Terms of each category that occur in each text; float (n, categories)."""
        found = [
            [sum(term in text for term in terms) for terms in self.terms.values()] for text in texts
        ]
        return np.asarray(found, dtype=float).reshape(len(texts), len(self.terms))

    def classify(
        self, texts: Sequence[str], least_margin: int = 1
    ) -> tuple[np.ndarray, np.ndarray]:
        """Category with the most terms, ``UNSURE`` without a margin, and its share of the terms.

        Args:
            texts: normalised texts (n,).
            least_margin: terms that it must have more than any other category.

        Returns:
            int (n,) and float (n,), 0 where no term occurs.
        """
        counts = self.counts(texts)
        most, total = counts.max(axis=1), counts.sum(axis=1)
        second = np.partition(counts, -2, axis=1)[:, -2]
        chosen = np.where(most - second >= least_margin, counts.argmax(axis=1), UNSURE)
        share = np.divide(most, total, out=np.zeros(len(texts)), where=total > 0)
        return chosen, share
