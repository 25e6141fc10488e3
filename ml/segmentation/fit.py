"""The fit: sample, feature space, choice of k, labels matched to the last release, names.

Returns a release or a stated refusal; wrong columns raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ml.segmentation.clustering.choice import (
    CANDIDATES,
    Choice,
    Effort,
    choose,
    weigh_candidates,
)
from ml.segmentation.clustering.kmeans import SAMPLE_SIZE
from ml.segmentation.clustering.nearest import Matrix, Nearest, nearest_two
from ml.segmentation.clustering.sampling import sample_rows, strata_codes
from ml.segmentation.explanation.differences import SegmentSums, segment_sums
from ml.segmentation.explanation.naming import name_segments, still_holds
from ml.segmentation.explanation.surrogate import fit_surrogate
from ml.segmentation.features.columns import as_table
from ml.segmentation.features.space import FeatureSpace, Placed, fit_space
from ml.segmentation.fitted import (
    FAR,
    FittedSegmentation,
    Reference,
    Segment,
    paying,
)
from ml.segmentation.refusals import FEWEST_CUSTOMERS, all_equal, too_few
from ml.segmentation.releases.drift import bin_edges, shares
from ml.segmentation.releases.matching import centres, match_segments, number_segments
from ml.segmentation.words import Refusal, Words

FEWEST_IN_A_SEGMENT = 10  # customers per candidate segment on average
WEEKLY = Effort()


def fit_segmentation(
    table: Any,
    previous: FittedSegmentation | None = None,
    *,
    candidates: Sequence[int] = CANDIDATES,
    effort: Effort = WEEKLY,
    sample_size: int = SAMPLE_SIZE,
    seed: int = 0,
) -> FittedSegmentation | Refusal:
    """Fit on customer-level sums (one row per customer); see ``features.declared`` for columns.

    ``previous`` is the last release: segments found again keep number and name. Deterministic
    for a seed, whatever the order of the rows. A missing source drops its features:
    ``space.dropped`` names them.
    """
    customers = paying(as_table(table))
    if customers.num_rows < FEWEST_CUSTOMERS:
        return too_few(customers.num_rows)
    random = np.random.default_rng(seed)
    sample = customers.take(pa.array(sample_rows(customers, sample_size, random)))
    space = fit_space(sample)
    placed = space.place(sample)
    distinct = _distinct(placed.coordinates)
    allowed = [k for k in candidates if k <= min(distinct, sample.num_rows // FEWEST_IN_A_SEGMENT)]
    if not allowed:
        return all_equal(distinct)
    weighed = weigh_candidates(placed.coordinates, strata_codes(sample), allowed, effort, seed)
    choice = choose(weighed[0])
    centroids = weighed[1][allowed.index(choice.chosen.k)]
    return _release(sample, space, placed, centroids, choice, previous, seed)


def _distinct(points: Matrix) -> int:
    """Distinct points, up to what can matter to a choice among a dozen segments."""
    if not points.shape[1]:
        return 1
    looked_at = np.round(points[:: max(1, len(points) // 50_000)], 4)
    return len(np.unique(looked_at, axis=0))


def _release(
    sample: pa.Table,
    space: FeatureSpace,
    placed: Placed,
    centroids: Matrix,
    choice: Choice,
    previous: FittedSegmentation | None,
    seed: int,
) -> FittedSegmentation:
    nearest, k = nearest_two(placed.coordinates, centroids), len(centroids)
    matched = _matched(sample, placed, nearest, k, previous)
    old = previous.segments if previous else ()
    highest = previous.highest_number if previous else 0
    numbers = number_segments(matched, [s.number for s in old], highest)
    earlier = {row: old[i].name for row, i in enumerate(matched) if i >= 0}
    names = _names(space, segment_sums(placed.described, nearest.first, k), earlier)
    return FittedSegmentation(
        space,
        centroids,
        tuple(_segments(numbers, names, matched < 0, nearest)),
        choice,
        fit_surrogate(placed.described, nearest.first, space.describing, k, seed),
        _references(space, placed),
        max(highest, *numbers),
        sample.num_rows,
    )


def _names(space: FeatureSpace, total: SegmentSums, earlier: dict[int, Words]) -> list[Words]:
    """Names by centroid: kept where the last release's still holds, else new and unlike those."""
    kept = {
        row: name
        for row, name in earlier.items()
        if still_holds(name, total, space.describing, row)
    }
    fresh = [row for row in range(len(total.customers)) if row not in kept]
    taken = {name.en for name in kept.values()}
    named = name_segments(total, space.describing, fresh, taken)
    found = kept | dict(zip(fresh, named, strict=True))
    return [found[row] for row in range(len(total.customers))]


def _matched(
    sample: pa.Table,
    placed: Placed,
    nearest: Nearest,
    k: int,
    previous: FittedSegmentation | None,
) -> np.ndarray:
    """Index of the old segment of each new one, or -1: both as centres of the same customers."""
    if previous is None:
        return np.full(k, -1)
    places = previous.space.place(sample).coordinates
    old = nearest_two(places, previous.centroids).first
    return match_segments(
        centres(placed.coordinates, nearest.first, k),
        centres(placed.coordinates, old, len(previous.centroids)),
    )


def _segments(
    numbers: list[int], names: list[Words], is_new: np.ndarray, nearest: Nearest
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
            )
        )
    return segments


def _references(space: FeatureSpace, placed: Placed) -> dict[str, Reference]:
    references = {}
    for name, values in zip(space.describing, placed.described.T, strict=True):
        edges = bin_edges(values)
        references[name] = Reference(edges, shares(values, edges))
    return references
