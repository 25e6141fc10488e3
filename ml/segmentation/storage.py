"""A fitted segmentation as long rows (name, index, value or text), and back without loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ml.segmentation.clustering.choice import Candidate, Choice
from ml.segmentation.explanation.surrogate import Surrogate
from ml.segmentation.features.space import FeatureSpace
from ml.segmentation.fitted import FittedSegmentation, Reference, Segment
from ml.segmentation.rows import ParameterRow, Stored, StoredModelError, number_rows, text_rows
from ml.segmentation.words import Words

SEGMENT_FIELDS = ("number", "is_new", "share", "far", "mean_distance", "is_apart")


def to_rows(fitted: FittedSegmentation) -> list[ParameterRow]:
    """Every fitted number and text of the release."""
    rows = list(fitted.space.to_rows())
    rows += number_rows("centroids", fitted.centroids.ravel())
    for field in SEGMENT_FIELDS:
        rows += number_rows(f"segment.{field}", (getattr(s, field) for s in fitted.segments))
    rows += _word_rows("segment.name", (segment.name for segment in fitted.segments))
    for position, row in enumerate(fitted.choice.table):
        rows += number_rows(f"candidate.{position}", vars(row).values())
    chosen = fitted.choice.table.index(fitted.choice.chosen)
    rows += number_rows("choice", (chosen, fitted.choice.is_stable))
    rows += _word_rows("choice.reason", [fitted.choice.reason])
    rows += number_rows("surrogate.fidelity", [fitted.surrogate.fidelity])
    rows += _word_rows("surrogate.rules", fitted.surrogate.rules)
    for name, reference in fitted.references.items():
        rows += number_rows(f"reference.edges.{name}", reference.edges)
        rows += number_rows(f"reference.shares.{name}", reference.shares)
    rows += number_rows("release", (fitted.highest_number, fitted.customers))
    return rows


def from_rows(rows: Iterable[ParameterRow]) -> FittedSegmentation:
    """Rebuild a release, whatever the order of the rows.

    Raises ``StoredModelError`` where rows are missing or there twice.
    """
    stored = Stored(rows)
    space = FeatureSpace.from_rows(stored)
    fields = {field: stored.numbers(f"segment.{field}") for field in SEGMENT_FIELDS}
    k, width = len(fields["number"]), len(space.groups)
    flat, release = stored.numbers("centroids"), stored.numbers("release")
    if not k or len(flat) != k * width or len(release) != 2:
        raise StoredModelError(
            f"{len(flat)} centroid numbers for {k} segments in {width} dimensions, and "
            f"{len(release)} of 2 release rows: the release is incomplete, refit it"
        )
    return FittedSegmentation(
        space,
        flat.reshape(k, width).astype(np.float32),
        tuple(_segments(stored, fields)),
        _choice(stored),
        Surrogate(stored.number("surrogate.fidelity"), _words(stored, "surrogate.rules")),
        _references(stored, space.describing),
        int(release[0]),
        int(release[1]),
    )


def _references(stored: Stored, names: list[str]) -> dict[str, Reference]:
    """Bins of the fit; those without a bin of the unknown, from older releases, are left out."""
    found = {}
    for name in names:
        edges = stored.numbers(f"reference.edges.{name}")
        shares = stored.numbers(f"reference.shares.{name}")
        if len(shares) == len(edges) + 2:
            found[name] = Reference(edges, shares)
    return found


def _segments(stored: Stored, fields: dict[str, np.ndarray]) -> Iterator[Segment]:
    if not len(fields["is_apart"]):  # a release from before any stratum stood apart
        fields = fields | {"is_apart": np.zeros(len(fields["number"]))}
    for j, name in enumerate(_words(stored, "segment.name")):
        number, is_new, share, far, mean, apart = (float(fields[f][j]) for f in SEGMENT_FIELDS)
        yield Segment(int(number), name, bool(is_new), share, far, mean, bool(apart))


def _choice(stored: Stored) -> Choice:
    table = []
    for position in range(len(stored.names("candidate."))):
        k, *rest = stored.numbers(f"candidate.{position}").tolist()
        table.append(Candidate(int(k), *rest))
    chosen, is_stable = stored.numbers("choice")
    (reason,) = _words(stored, "choice.reason")
    return Choice(table[int(chosen)], tuple(table), bool(is_stable), reason)


def _word_rows(name: str, words: Iterable[Words]) -> list[ParameterRow]:
    both = list(words)
    english = text_rows(f"{name}.en", (word.en for word in both))
    return [*english, *text_rows(f"{name}.zh", (word.zh for word in both))]


def _words(stored: Stored, name: str) -> tuple[Words, ...]:
    pairs = zip(stored.texts(f"{name}.en"), stored.texts(f"{name}.zh"), strict=True)
    return tuple(Words(en, zh) for en, zh in pairs)
