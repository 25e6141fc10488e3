"""Names of segments in both languages, by rule from what sets them apart.

The strongest standardised differences give the words, and a word is only said where the card
bears it out: the mean is known of half the segment, a channel named is the segment's main one,
online means more than half. Two segments never share a name. A segment matched to one of the last
release keeps its name for as long as its words still hold; the match is made in ``matching``.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ml.segmentation.explanation.differences import SegmentSums, standardised_differences
from ml.segmentation.features.columns import Floats
from ml.segmentation.features.declared import BY_NAME
from ml.segmentation.features.space import SHARES
from ml.segmentation.words import Words

NOTABLE = 0.4  # s.d.: between Cohen's small and medium difference
WORDS_IN_A_NAME = 2
AVERAGE = Words("average", "普通型")
JOINED_BY = ", "


def main_family(means: Floats, names: list[str]) -> str | None:
    """The share of the channel family used most, or None where no family is in the space."""
    found = [j for j, name in enumerate(names) if name in SHARES and np.isfinite(means[j])]
    return names[max(found, key=lambda j: means[j])] if found else None


def segment_phrases(
    total: SegmentSums, names: list[str], least: float = NOTABLE
) -> list[list[Words]]:
    """Per segment the differences of ``least`` s.d. or more in words, the strongest first."""
    means = total.speaking
    gaps = np.where(np.isnan(means), np.nan, standardised_differences(total))
    return [_phrases(row, mean, names, least) for row, mean in zip(gaps, means, strict=True)]


def _phrases(gaps: Floats, means: Floats, names: list[str], least: float) -> list[Words]:
    size, main = np.abs(np.nan_to_num(gaps)), main_family(means, names)
    order = [int(j) for j in np.argsort(-size, kind="stable") if size[j] > 0 and size[j] >= least]
    said = (_phrase(names[j], bool(gaps[j] > 0), float(means[j]), main) for j in order)
    return [phrase for phrase in said if phrase is not None]


def _phrase(name: str, is_high: bool, mean: float, main: str | None) -> Words | None:
    if name in SHARES:
        # What somebody does not use names nobody, nor does a channel beside the main one.
        return channel_phrase(name) if is_high and name == main else None
    if name == "digital_share" and (mean > 0.5) != is_high:
        return None  # more than the others, and yet not most payments
    feature = BY_NAME[name]
    if is_high:
        return Words(feature.high_en, feature.high_zh)
    return Words(feature.low_en, feature.low_zh)


def channel_phrase(share: str) -> Words:
    """What is said of a segment whose main channel family it is."""
    return Words(f"pays by {SHARES[share].name_en}", f"{SHARES[share].name_zh}缴费")


def name_segments(
    total: SegmentSums, names: list[str], rows: list[int], taken: Collection[str] = ()
) -> list[Words]:
    """One unique name per segment of ``rows``, not among the English names ``taken``."""
    used, said, named = set(taken), segment_phrases(total, names), []
    for row in rows:
        name = _first_free(said[row] or [AVERAGE], used)
        used.add(name.en)
        named.append(name)
    return named


def still_holds(name: Words, total: SegmentSums, names: list[str], row: int) -> bool:
    """Whether every word of an earlier name is still true of the segment, however weakly."""
    true = {words.en for words in segment_phrases(total, names, 0.0)[row]} | {AVERAGE.en}
    return all(word in true for word in said_by(name))


def said_by(name: Words) -> list[str]:
    """The English words that a name is made of, without the number that made it unique."""
    bare = name.en.rstrip("0123456789").rstrip() or name.en
    return (bare[:1].lower() + bare[1:]).split(JOINED_BY)


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
    english = JOINED_BY.join(word.en for word in words)
    return Words(english[:1].upper() + english[1:], "·".join(word.zh for word in words))
