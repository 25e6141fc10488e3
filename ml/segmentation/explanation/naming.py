"""Names of segments in both languages, by rule from what sets them apart.

The strongest standardised differences give the words; two segments never share a name. A segment
matched to one of the last release keeps its name: that is decided in ``matching``, not here.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ml.segmentation.features.columns import Floats
from ml.segmentation.features.declared import BY_NAME
from ml.segmentation.features.space import SHARES
from ml.segmentation.words import Words

NOTABLE = 0.4  # s.d.: between Cohen's small and medium difference
WORDS_IN_A_NAME = 2
AVERAGE = Words("average", "普通型")


def phrases(differences: Floats, names: list[str]) -> list[Words]:
    """The notable differences of one segment in words, the strongest first."""
    found = []
    for j in np.argsort(-np.abs(differences), kind="stable"):
        if abs(differences[j]) < NOTABLE:
            break
        phrase = _phrase(names[j], differences[j] > 0)
        if phrase is not None:
            found.append(phrase)
    return found


def _phrase(name: str, is_high: bool) -> Words | None:
    if name in SHARES:
        family = SHARES[name]
        if is_high:
            return Words(f"pays by {family.name_en}", f"{family.name_zh}缴费")
        return None  # what somebody does not use names nobody
    feature = BY_NAME[name]
    return (
        Words(feature.high_en, feature.high_zh)
        if is_high
        else Words(feature.low_en, feature.low_zh)
    )


def name_segments(
    differences: Floats, names: list[str], taken: Collection[str] = ()
) -> list[Words]:
    """One unique name per segment (row), not among the English names ``taken``."""
    used = set(taken)
    named = []
    for row in differences:
        name = _first_free(phrases(np.nan_to_num(row), names) or [AVERAGE], used)
        used.add(name.en)
        named.append(name)
    return named


def _first_free(words: list[Words], used: set[str]) -> Words:
    """Two words, or as many more as make the name unique, or a number."""
    name = _joined(words[:WORDS_IN_A_NAME])
    for count in range(WORDS_IN_A_NAME, len(words) + 1):
        name = _joined(words[:count])
        if name.en not in used:
            return name
    number = 2
    while f"{name.en} {number}" in used:
        number += 1
    return name if name.en not in used else Words(f"{name.en} {number}", f"{name.zh}{number}")


def _joined(words: list[Words]) -> Words:
    english = ", ".join(word.en for word in words)
    return Words(english[:1].upper() + english[1:], "·".join(word.zh for word in words))
