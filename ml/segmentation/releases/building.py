"""From centroids to a release: the stratum apart, matched numbers, names, rules, references."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.segmentation.clustering.apart import NAME, OTHERS, RULE, nearest_within
from ml.segmentation.clustering.choice import Choice
from ml.segmentation.clustering.nearest import Matrix, Nearest
from ml.segmentation.explanation.differences import SegmentSums, segment_sums
from ml.segmentation.explanation.naming import name_segments, still_holds
from ml.segmentation.explanation.surrogate import Surrogate, fit_surrogate
from ml.segmentation.features.space import FeatureSpace, Placed
from ml.segmentation.fitted import FAR, FittedSegmentation, Reference, Segment
from ml.segmentation.releases.drift import bin_edges, shares
from ml.segmentation.releases.matching import centres, match_segments, number_segments
from ml.segmentation.words import Words


def build_release(
    sample: pa.Table,
    space: FeatureSpace,
    apart: NDArray[np.bool_],
    centroids: Matrix,
    choice: Choice,
    previous: FittedSegmentation | None,
    seed: int,
) -> FittedSegmentation:
    """A release from space and centroids; ``apart`` marks the rows of a segment of its own."""
    placed, has_apart = space.place(sample), bool(apart.any())
    if has_apart:
        centroids = np.vstack([centroids, placed.coordinates[apart].mean(axis=0)])
    nearest = nearest_within(placed.coordinates, centroids, apart if has_apart else None)
    matched = _matched(sample, placed, nearest, (len(centroids), has_apart), previous)
    old, highest = (previous.segments, previous.highest_number) if previous else ((), 0)
    numbers = number_segments(matched, [s.number for s in old], highest)
    earlier = {row: old[i].name for row, i in enumerate(matched) if i >= 0}
    total = segment_sums(placed.described, nearest.first, len(centroids))
    names = _names(space, total, earlier, has_apart)
    return FittedSegmentation(
        space,
        centroids,
        tuple(_segments(numbers, names, matched < 0, nearest, has_apart)),
        choice,
        _imitated(space, placed, nearest, apart, seed),
        _references(space, placed),
        max(highest, *numbers),
        sample.num_rows,
    )


def _imitated(
    space: FeatureSpace,
    placed: Placed,
    nearest: Nearest,
    apart: NDArray[np.bool_],
    seed: int,
) -> Surrogate:
    """The tree over the clustered customers, which alone it has to tell apart."""
    own, labels = placed.described[~apart], nearest.first[~apart]
    found = fit_surrogate(own, labels, space.describing, int(labels.max()) + 1, seed)
    if not apart.any():
        return found
    opened = [
        Words(OTHERS.en + rule.en, OTHERS.zh + rule.zh) if rule.en else rule for rule in found.rules
    ]
    return Surrogate(found.fidelity, (*opened, RULE))


def _names(
    space: FeatureSpace, total: SegmentSums, earlier: dict[int, Words], has_apart: bool
) -> list[Words]:
    """Names by centroid: kept where the last release's still holds, else new and unlike those."""
    kept = {
        row: name
        for row, name in earlier.items()
        if still_holds(name, total, space.describing, row)
    }
    if has_apart:
        kept[len(total.customers) - 1] = NAME
    fresh = [row for row in range(len(total.customers)) if row not in kept]
    taken = {name.en for name in kept.values()}
    named = name_segments(total, space.describing, fresh, taken)
    found = kept | dict(zip(fresh, named, strict=True))
    return [found[row] for row in range(len(total.customers))]


def _matched(
    sample: pa.Table,
    placed: Placed,
    nearest: Nearest,
    shape: tuple[int, bool],
    previous: FittedSegmentation | None,
) -> NDArray[np.int64]:
    """Index of the old segment of each new one, or -1: both as centres of the same customers.

    ``shape`` is the number of segments and whether the last stands apart: that one is the old one
    that stands apart, and no other.
    """
    k, has_apart = shape
    if previous is None:
        return np.full(k, -1)
    old = previous.nearest(sample, previous.space.place(sample)).first
    before = centres(placed.coordinates, old, len(previous.centroids))
    if previous.apart is not None:
        before[previous.apart] = np.nan
    now = centres(placed.coordinates, nearest.first, k)
    if not has_apart:
        return match_segments(now, before)
    last = -1 if previous.apart is None else previous.apart
    return np.append(match_segments(now[:-1], before), last)


def _segments(
    numbers: list[int],
    names: list[Words],
    is_new: NDArray[np.bool_],
    nearest: Nearest,
    has_apart: bool,
) -> list[Segment]:
    segments = []
    for row, number in enumerate(numbers):
        own = nearest.distance[nearest.first == row]
        segments.append(
            Segment(
                number,
                names[row],
                bool(is_new[row]),
                len(own) / len(nearest.first),
                float(np.quantile(own, FAR)),
                float(own.mean()),
                has_apart and row == len(numbers) - 1,
            )
        )
    return segments


def _references(space: FeatureSpace, placed: Placed) -> dict[str, Reference]:
    references = {}
    for name, values in zip(space.describing, placed.described.T, strict=True):
        edges = bin_edges(values)
        references[name] = Reference(edges, shares(values, edges))
    return references
