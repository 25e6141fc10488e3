"""Complaint texts: how often the classifier is right, against the declared terms alone.

Texts are those of the demo province.  Held out are, first, every fifth text; second, every third
phrase of each category, so that the classifier meets only wordings that it has never seen.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from dagster_project.lib.decisions.service.complaint_terms import (
    declared_terms,
    dictionary_of,
    examples_of,
)
from ml.complaints.classifier import Classifier, Labelled, Refused, fit_classifier
from ml.complaints.dictionary import UNSURE
from ml.complaints.judgement import ALL, Judged, judge
from ml.complaints.tokens import normalised
from ml.simulation.channels.complaints import ABOUT_PAYING, ABOUT_SUPPLY, TEXT_DRAWS
from ml.simulation.channels.complaints import CATEGORIES as ORDER
from ml.simulation.delivery.complaint_texts import complaint_texts
from tests.evaluation.rows import Inputs, Row, measured

TEXTS = 3000
PHRASES = 12  # of each category in the simulator
SEED = 20251231
BAR = 0.85  # of texts of known wording; one in twelve says nothing of the matter
HELD_OUT = {"every fifth text": 5, "phrases never seen": 3}


def rows(inputs: Inputs) -> list[Row]:
    """Accuracy overall and by category, the baseline's, and how often it dares to say something."""
    del inputs
    found = [
        measured("complaints: accuracy, held-out texts", f">= {BAR}", lambda: _met(
            _of("every fifth text", "model").accuracy, BAR)),
        measured("complaints: gain over the dictionary, held-out texts", "> 0", lambda: _met(
            _gain("every fifth text"), 0)),
        measured("complaints: accuracy, phrases never seen", "shown", lambda: (
            _of("phrases never seen", "model").accuracy or 0.0, None)),
        measured("complaints: gain over the dictionary, phrases never seen", "> 0", lambda: _met(
            _gain("phrases never seen"), 0)),
    ]  # fmt: skip
    for held_out in HELD_OUT:
        for method in ("model", "dictionary"):
            for row in _judged(held_out)[method]:
                name = f"complaints: {held_out}, {method}, {row.category} (n = {row.texts})"
                value = (
                    f"recall {row.accuracy or 0:.3f}, precision {row.precision or 0:.3f}, "
                    f"classified {row.classified or 0:.3f}"
                )
                found.append(Row(name, value, "shown", None, 0.0))
    return found


def _met(value: float | None, bar: float) -> tuple[float, bool]:
    return value or 0.0, (value or 0.0) > bar


def _gain(held_out: str) -> float:
    model, dictionary = (_of(held_out, method) for method in ("model", "dictionary"))
    return (model.accuracy or 0.0) - (dictionary.accuracy or 0.0)


def _of(held_out: str, method: str) -> Judged:
    return next(row for row in _judged(held_out)[method] if row.category == ALL)


@cache
def _judged(held_out: str) -> dict[str, list[Judged]]:
    """Figures on the held-out texts by both methods."""
    texts, labels, phrase = labelled_texts(TEXTS, SEED)
    part = np.arange(TEXTS) if held_out == "every fifth text" else phrase
    outside = part % HELD_OUT[held_out] == 0
    declared = declared_terms()
    dictionary = dictionary_of(declared)
    classifier = fitted(
        [text for text, out in zip(texts, outside, strict=True) if not out], labels[~outside]
    )
    unseen = [normalised(text) for text, out in zip(texts, outside, strict=True) if out]
    right, categories = labels[outside], dictionary.categories
    return {
        "model": judge("model", classifier.classify(unseen)[0], right, categories),
        "dictionary": judge("dictionary", dictionary.classify(unseen)[0], right, categories),
    }


def fitted(texts: list[str], labels: np.ndarray) -> Classifier:
    """The classifier by the declared terms and numbers."""
    declared = declared_terms()
    given = Labelled(
        texts, labels, dictionary_of(declared), examples_of(declared), declared.least_texts
    )
    found = fit_classifier(given, least_score=declared.least_score)
    assert not isinstance(found, Refused), found
    return found[0]


def labelled_texts(count: int, seed: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Texts of the simulator, their categories in the dictionary's order, and their phrases."""
    random = np.random.default_rng(seed)
    channel = random.integers(-1, 7, count)
    shares = np.where((channel >= 0)[:, None], ABOUT_PAYING, ABOUT_SUPPLY).cumsum(axis=1)
    category = (random.random(count)[:, None] > shares).sum(axis=1).clip(0, len(ORDER) - 1)
    draw = random.integers(0, TEXT_DRAWS, count)
    table = {"category": category, "channel": channel, "text": draw}
    raw = complaint_texts(table, "gb18030")
    texts = [bytes(text).replace(b"\0", b"").decode("gb18030") for text in raw]
    place = {code: number for number, code in enumerate(dictionary_of(declared_terms()).categories)}
    labels = np.array([place[ORDER[number]] for number in category])
    assert UNSURE not in labels
    return texts, labels, draw % PHRASES
