"""The fit: sample, feature space, choice of k; the release is built from them in ``releases``.

Returns a release or a stated refusal; wrong columns raise. Prepaid customers are not clustered
with the others: ``clustering.apart`` says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from ml.segmentation.clustering.apart import reasoned, stratum_apart
from ml.segmentation.clustering.choice import (
    CANDIDATES,
    Candidate,
    Choice,
    Effort,
    choose,
    weigh_candidates,
)
from ml.segmentation.clustering.kmeans import SAMPLE_SIZE
from ml.segmentation.clustering.nearest import Matrix
from ml.segmentation.clustering.sampling import sample_rows, strata_codes
from ml.segmentation.features.columns import as_table
from ml.segmentation.features.space import fit_space
from ml.segmentation.fitted import FittedSegmentation, paying
from ml.segmentation.refusals import FEWEST_CUSTOMERS, all_equal, too_few
from ml.segmentation.releases.building import build_release
from ml.segmentation.words import Refusal

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
    for a seed, whatever the order of the rows. ``space.dropped`` names features without a source.
    """
    customers = paying(as_table(table))
    if customers.num_rows < FEWEST_CUSTOMERS:
        return too_few(customers.num_rows)
    rows = sample_rows(customers, sample_size, np.random.default_rng(seed))
    sample = customers.take(pa.array(rows))
    apart = stratum_apart(sample)
    clustered = sample.filter(pa.array(~apart)) if apart.any() else sample
    space = fit_space(clustered)
    points = space.place(clustered).coordinates
    distinct = _distinct(points)
    allowed = _allowed(candidates, distinct, clustered.num_rows)
    if not allowed:
        return all_equal(distinct)
    weighed = weigh_candidates(points, strata_codes(clustered), allowed, effort, seed)
    choice, centroids = _chosen(*weighed, float(apart.mean()))
    return build_release(sample, space, apart, centroids, choice, previous, seed)


def _chosen(
    table: list[Candidate], fits: list[Matrix], apart_share: float
) -> tuple[Choice, Matrix]:
    """The choice among the clustered customers; shares are those of all customers."""
    if not apart_share:
        choice = choose(table)
        return choice, fits[choice.table.index(choice.chosen)]
    rows = [replace(row, smallest_share=row.smallest_share * (1 - apart_share)) for row in table]
    choice = choose(rows)
    reason = reasoned(choice.reason, apart_share)
    return replace(choice, reason=reason), fits[choice.table.index(choice.chosen)]


def _allowed(candidates: Sequence[int], distinct: int, customers: int) -> list[int]:
    """The k for which there are distinct points and customers enough."""
    return [k for k in candidates if k <= min(distinct, customers // FEWEST_IN_A_SEGMENT)]


def _distinct(points: Matrix) -> int:
    """Distinct points, up to what can matter to a choice among a dozen segments."""
    if not points.shape[1]:
        return 1
    looked_at = np.round(points[:: max(1, len(points) // 50_000)], 4)
    return len(np.unique(looked_at, axis=0))
