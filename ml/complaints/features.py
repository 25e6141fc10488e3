"""Features of a text: TF-IDF of its words, and the dictionary's counts.

tf-idf of word w in text d = tf(w, d) (ln((1 + n) / (1 + df(w))) + 1), each row of Euclidean length
one (Salton and Buckley 1988, smoothed as in scikit-learn); counts are ln(1 + count).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ml.complaints.dictionary import Dictionary
from ml.complaints.tokens import normalised, words

DICTIONARY_WEIGHT = 1.0  # of a ln count beside a tf-idf row of length one


@dataclass(frozen=True)
class Cut:
    """Texts that were cut into words once; dictionary counts (n, categories)."""

    words: list[list[str]]
    counts: np.ndarray

    def __len__(self) -> int:
        return len(self.words)

    def take(self, numbers: np.ndarray) -> Cut:
        """The texts of these numbers."""
        return Cut([self.words[number] for number in numbers], self.counts[numbers])


def cut(texts: Sequence[str], dictionary: Dictionary) -> Cut:
    """Words and dictionary counts of the texts."""
    plain = [normalised(text) for text in texts]
    return Cut(words(plain, terms_of(dictionary)), dictionary.counts(plain))


@dataclass(frozen=True)
class Vocabulary:
    """Words with their inverse document frequency, and the dictionary."""

    words: tuple[str, ...]
    inverse_frequency: np.ndarray  # (words,)
    dictionary: Dictionary

    def design(self, texts: Cut) -> sparse.csr_matrix:
        """Rows of [tf-idf | ln(1 + dictionary counts)]; (n, words + categories)."""
        place = {word: number for number, word in enumerate(self.words)}
        found = [
            (row, place[word], count * self.inverse_frequency[place[word]])
            for row, words_of in enumerate(texts.words)
            for word, count in Counter(words_of).items()
            if word in place
        ]
        rows, columns, values = zip(*found, strict=True) if found else ((), (), ())
        shape = (len(texts), len(self.words))
        weighted = sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=float)
        length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1))).ravel()
        scaled = sparse.diags(1 / np.where(length > 0, length, 1)) @ weighted
        counted = DICTIONARY_WEIGHT * np.log1p(texts.counts)
        return sparse.hstack([scaled, sparse.csr_matrix(counted)], format="csr")


def fit_vocabulary(texts: Cut, dictionary: Dictionary, least_texts: int) -> Vocabulary:
    """Words that ``least_texts`` texts or more have; a rare word may point to one customer."""
    frequency = Counter(word for words_of in texts.words for word in set(words_of))
    kept = sorted(word for word, count in frequency.items() if count >= least_texts)
    counts = np.array([frequency[word] for word in kept], dtype=float)
    inverse = np.log((1 + len(texts)) / (1 + counts)) + 1
    return Vocabulary(tuple(kept), inverse, dictionary)


def terms_of(dictionary: Dictionary) -> tuple[str, ...]:
    """All declared terms, each once."""
    return tuple(sorted({term for terms in dictionary.terms.values() for term in terms}))
