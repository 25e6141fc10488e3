"""Multinomial logistic regression over the features of a text, calibrated by one temperature.

P(k | x) = softmax((W x + b) / T): W and b by penalised likelihood on the labelled texts, T by the
likelihood of out-of-fold predictions (Guo et al. 2017). Below the declared score a text is unsure.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import vstack
from scipy.special import log_softmax, softmax

from ml.complaints.dictionary import UNSURE, Dictionary
from ml.complaints.features import Cut, Vocabulary, cut, fit_vocabulary

PENALTY = 5.0  # inverse strength C; a text has about ten words, each worth about a third
MOST_ITERATIONS = 1000
FOLDS = 5
TEMPERATURES = (0.5, 20.0)  # hardly sharper than the penalised fit, which is not too sure


@dataclass(frozen=True)
class Refused:
    """Why there is no classifier, in both languages."""

    en: str
    zh: str


@dataclass(frozen=True)
class Classifier:
    """Vocabulary, weights (categories, features), intercepts, temperature, least score."""

    vocabulary: Vocabulary
    weights: np.ndarray
    intercepts: np.ndarray
    temperature: float
    least_score: float

    @property
    def categories(self) -> tuple[str, ...]:
        """Codes, in the order of the weights' rows."""
        return self.vocabulary.dictionary.categories

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """P(category | text); (n, categories)."""
        design = self.vocabulary.design(cut(texts, self.vocabulary.dictionary))
        scores = design @ self.weights.T + self.intercepts
        return softmax(scores / self.temperature, axis=1)

    def classify(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Most likely category, ``UNSURE`` below the least score, and its probability; (n,)."""
        if not len(texts):
            return np.zeros(0, dtype=int), np.zeros(0)
        return decided(self.probabilities(texts), self.least_score)


def decided(probabilities: np.ndarray, least_score: float) -> tuple[np.ndarray, np.ndarray]:
    """Most likely category or ``UNSURE``, and its probability."""
    best = probabilities.max(axis=1)
    return np.where(best >= least_score, probabilities.argmax(axis=1), UNSURE), best


@dataclass(frozen=True)
class Labelled:
    """Texts with the numbers of their categories; examples stand in for rare categories."""

    texts: Sequence[str]
    labels: np.ndarray  # int (n,)
    dictionary: Dictionary
    examples: Sequence[tuple[str, int]] = ()  # every declared term counts as one, too
    least_texts: int = 5  # in which a word has to occur


def fit_classifier(
    given: Labelled, *, least_labelled: int = 100, least_score: float = 0.6
) -> tuple[Classifier, np.ndarray] | Refused:
    """Fit on labelled texts, and calibrate on what each fold says of the others.

    Args:
        given: labelled texts.
        least_labelled: labelled texts without which nothing is fitted.
        least_score: probability below which a text is unsure.

    Returns:
        The classifier and its out-of-fold probabilities (n, categories), or why there is none.
    """
    if len(given.texts) < least_labelled:
        return Refused(
            f"{len(given.texts)} labelled complaints; {least_labelled} are needed",
            f"仅有{len(given.texts)}条已标注的投诉，至少需要{least_labelled}条",
        )
    texts, declared = cut(given.texts, given.dictionary), _declared(given)
    vocabulary, weights, intercepts = _fitted(given, texts, given.labels, declared)
    scores = _out_of_fold(given, texts, declared)
    found = temperature(scores, given.labels)
    classifier = Classifier(vocabulary, weights, intercepts, found, least_score)
    return classifier, softmax(scores / found, axis=1)


def _out_of_fold(given: Labelled, texts: Cut, declared: tuple[Cut, np.ndarray]) -> np.ndarray:
    """Scores of every text by a fit that has not seen it, nor its double; (n, categories)."""
    folds = folds_of(given.texts)
    scores = np.zeros((len(texts), len(given.dictionary.categories)))
    for fold in np.unique(folds):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        vocabulary, weights, intercepts = _fitted(
            given, texts.take(inside), given.labels[inside], declared
        )
        scores[outside] = vocabulary.design(texts.take(outside)) @ weights.T + intercepts
    return scores


def folds_of(texts: Sequence[str]) -> np.ndarray:
    """Fold of each text; equal texts, numbers aside, share one, so that none is seen twice."""
    plain = ["".join(sign for sign in text if not sign.isdigit()) for text in texts]
    return np.array([zlib.crc32(text.encode()) % FOLDS for text in plain], dtype=int)


def temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """The T that makes the labels likeliest under softmax(scores / T)."""

    def loss(log_temperature: float) -> float:
        likely = log_softmax(scores / np.exp(log_temperature), axis=1)
        return -float(likely[np.arange(len(labels)), labels].mean())

    found = minimize_scalar(loss, bounds=np.log(TEMPERATURES), method="bounded")
    return float(np.exp(found.x))


def _declared(given: Labelled) -> tuple[Cut, np.ndarray]:
    """Declared examples and terms as texts, with their categories' numbers."""
    listed = list(given.examples) + [
        (term, number)
        for number, terms in enumerate(given.dictionary.terms.values())
        for term in terms
    ]
    texts = cut([text for text, _ in listed], given.dictionary)
    return texts, np.array([number for _, number in listed], dtype=int)


def _fitted(
    given: Labelled, texts: Cut, labels: np.ndarray, declared: tuple[Cut, np.ndarray]
) -> tuple[Vocabulary, np.ndarray, np.ndarray]:
    from sklearn.linear_model import LogisticRegression

    vocabulary = fit_vocabulary(texts, given.dictionary, given.least_texts)
    design = vstack([vocabulary.design(texts), vocabulary.design(declared[0])])
    model = LogisticRegression(C=PENALTY, max_iter=MOST_ITERATIONS)
    model.fit(design, np.concatenate([labels, declared[1]]))
    weights, intercepts = model.coef_, model.intercept_
    if len(weights) == 1:  # of two categories only the second is scored, against nil
        weights, intercepts = np.vstack([0 * weights, weights]), np.append(0.0, intercepts)
    return vocabulary, weights, intercepts
