"""The stratum that is a segment of its own: prepaid customers, who get no bills.

What separates the others (days from bill, lateness, arrears) is unknown of them; among the others
they would lie wherever the prior puts them, under a name that is not true of them. Clustered by
themselves they miss the gates: on simulated provinces three prepaid segments are imitated by a
tree to .87 (needed .90) and the better separated six change 5.4 % of customers a month (allowed
5 %). So they are one segment, which needs no clustering.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.segmentation.clustering.choice import SHARE_BAR
from ml.segmentation.clustering.nearest import Matrix, Nearest, nearest_two
from ml.segmentation.features.declared import PREPAID
from ml.segmentation.refusals import FEWEST_CUSTOMERS
from ml.segmentation.words import Words

APART = PREPAID
NAME = Words("Prepaid", "预付费")
RULE = Words("prepaid", "预付费")
OTHERS = Words("billed and ", "后付费且")  # opens the rules of the clustered segments


def apart_rows(table: pa.Table) -> NDArray[np.bool_]:
    """Prepaid customers; unknown is not prepaid, nor is anybody without the column."""
    if APART not in table.column_names:
        return np.zeros(table.num_rows, dtype=bool)
    flags = table.column(APART).cast(pa.bool_()).fill_null(False)
    return np.asarray(flags.to_numpy(), dtype=bool)


def stratum_apart(sample: pa.Table) -> NDArray[np.bool_]:
    """The rows of a segment of their own: the prepaid, or nobody.

    Nobody where they are too few to act on, or leave too few others to cluster.
    """
    apart = apart_rows(sample)
    sizes = np.array([apart.sum(), (~apart).sum()])
    enough = (sizes >= max(FEWEST_CUSTOMERS, SHARE_BAR * len(apart))).all()
    return apart if enough else np.zeros(len(apart), dtype=bool)


def nearest_within(points: Matrix, centroids: Matrix, apart: NDArray[np.bool_] | None) -> Nearest:
    """Nearest two centroids within the own stratum; the stratum ``apart`` owns the last one.

    It has no second: index -1 and distance NaN. None where no stratum stands apart.
    """
    if apart is None:
        return nearest_two(points, centroids)
    found = nearest_two(points, centroids[:-1])
    found.first[apart], found.second[apart] = len(centroids) - 1, -1
    found.distance[apart] = np.linalg.norm(points[apart] - centroids[-1], axis=1)
    found.second_distance[apart] = np.nan
    return found


def reasoned(reason: Words, share: float) -> Words:
    """The reason of the choice, and why there is one segment more."""
    return Words(
        f"{reason.en}; one segment more of the prepaid, {share:.1%} of the customers: they get no "
        "bills, so days and lateness are unknown, and they are not clustered with the others",
        f"{reason.zh}；预付费客户（{share:.1%}）无账单，缴费天数与逾期未知，单列一群，不参与聚类",
    )
