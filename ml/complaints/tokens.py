"""Words of Chinese texts by jieba, with the declared terms as words of their own.

Only words that can name nobody are kept for models: at least two Chinese characters, known to the
segmenter's dictionary, and no name of a person, place or organisation in it.
"""

from __future__ import annotations

import logging
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

CHINESE = re.compile(r"^[\u4e00-\u9fff]{2,}$")
NAMES = ("nr", "ns", "nt", "nz")  # tags of jieba's dictionary: persons, places, organisations


def normalised(text: str) -> str:
    """Full-width forms narrowed, spaces dropped: the same words are written in several ways."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def words(texts: Sequence[str], terms: Sequence[str] = ()) -> list[list[str]]:
    """Words of each normalised text that may be kept, in order; ``terms`` are not cut apart."""
    cutter, keepable = _segmenter(tuple(terms))
    return [[word for word in cutter.cut(text, HMM=False) if word in keepable] for text in texts]


@lru_cache(maxsize=2)
def _segmenter(terms: tuple[str, ...]) -> tuple[Any, frozenset[str]]:
    """Segmenter and the words that may be kept; takes about a second."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as private:  # its cache is unmarshalled: nobody else's
        cutter = jieba.Tokenizer()
        cutter.tmp_dir = private
        cutter.initialize()
    keepable = _nameless(Path(jieba.__file__).parent / jieba.DEFAULT_DICT_NAME)
    for term in terms:
        cutter.add_word(term)
    return cutter, frozenset(keepable) | set(terms)


def _nameless(path: Path) -> set[str]:
    """Words of the segmenter's dictionary (``word frequency tag``) that name nobody."""
    kept = set()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, tag = line.rstrip("\n").split(" ")
            if not tag.startswith(NAMES) and CHINESE.match(word):
                kept.add(word)
    return kept
