"""A classifier as rows of (component, category, term, value), and back; no pickles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ml.complaints.classifier import Classifier
from ml.complaints.dictionary import Dictionary
from ml.complaints.features import Vocabulary

DICTIONARY_TERM = "dictionary:"  # features that count a category's terms, by its code


class StoredRow(NamedTuple):
    """One number of a classifier; category or term is empty where it has none."""

    component: str  # inverse_frequency, weight, intercept, temperature, least_score
    category: str
    term: str
    value: float


def to_rows(classifier: Classifier) -> list[StoredRow]:
    """All numbers of the classifier; the dictionary is declared and is not repeated."""
    vocabulary, categories = classifier.vocabulary, classifier.categories
    features = [*vocabulary.words, *(DICTIONARY_TERM + code for code in categories)]
    rows = [
        StoredRow("inverse_frequency", "", word, float(value))
        for word, value in zip(vocabulary.words, vocabulary.inverse_frequency, strict=True)
    ]
    for number, category in enumerate(categories):
        rows += [
            StoredRow("weight", category, feature, float(value))
            for feature, value in zip(features, classifier.weights[number], strict=True)
        ]
        rows.append(StoredRow("intercept", category, "", float(classifier.intercepts[number])))
    rows.append(StoredRow("temperature", "", "", classifier.temperature))
    rows.append(StoredRow("least_score", "", "", classifier.least_score))
    return rows


def from_rows(rows: Iterable[StoredRow], dictionary: Dictionary) -> Classifier | None:
    """The classifier of the rows; None where its categories are no longer the declared ones."""
    listed = list(rows)
    found = {(row.component, row.category, row.term): row.value for row in listed}
    categories = dictionary.categories
    if {row.category for row in listed if row.component == "intercept"} != set(categories):
        return None
    words = tuple(sorted(row.term for row in listed if row.component == "inverse_frequency"))
    features = [*words, *(DICTIONARY_TERM + code for code in categories)]
    return Classifier(
        Vocabulary(
            words,
            np.array([found["inverse_frequency", "", word] for word in words]),
            dictionary,
        ),
        np.array([[found["weight", code, term] for term in features] for code in categories]),
        np.array([found["intercept", code, ""] for code in categories]),
        found["temperature", "", ""],
        found["least_score", "", ""],
    )
