"""A fitted segmentation: plain frozen numbers that assign customers and can be stored as rows.

What it says about itself (cards) stands in ``cards``, its storage in ``storage``, the fit in
``fit``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ml.segmentation.clustering.apart import apart_rows, nearest_within
from ml.segmentation.clustering.choice import Choice
from ml.segmentation.clustering.nearest import Matrix, Nearest
from ml.segmentation.explanation.surrogate import Surrogate
from ml.segmentation.features.columns import BadColumnError, Floats, as_table
from ml.segmentation.features.space import FeatureSpace, Placed
from ml.segmentation.words import Words

BATCH = 500_000  # customers: about 200 MB of features at a time
FAR = 0.99  # training quantile of the distance beyond which a customer is like no segment
NO_PAYMENT = "no_payment"


@dataclass(frozen=True)
class Segment:
    """One segment: its number is kept from release to release, its name with it."""

    number: int
    name: Words
    is_new: bool  # no segment of the last release was this one
    share: float  # of the customers of the fit
    far: float  # the training quantile of the distance to the centroid
    mean_distance: float
    is_apart: bool = False  # a stratum of its own, always the last


@dataclass(frozen=True)
class Reference:
    """A feature of the training sample in bins: what drift is measured against."""

    edges: Floats
    shares: Floats


@dataclass(frozen=True)
class FittedSegmentation:
    """One release of the segmentation; rows of ``centroids`` are the ``segments`` in order."""

    space: FeatureSpace
    centroids: Matrix
    segments: tuple[Segment, ...]
    choice: Choice
    surrogate: Surrogate
    references: dict[str, Reference]
    highest_number: int  # ever given, so that no number is used twice
    customers: int  # of the fit's sample

    @property
    def numbers(self) -> NDArray[np.int16]:
        """The segment numbers in the order of the centroids."""
        return np.array([segment.number for segment in self.segments], dtype=np.int16)

    @property
    def apart(self) -> int | None:
        """The position of the segment that is a stratum of its own, if there is one."""
        return len(self.segments) - 1 if self.segments[-1].is_apart else None

    def assign(self, table: Any) -> pa.Table:
        """One row per customer of ``table``, in its order; memory bounded by ``BATCH``.

        Columns: customer_id (as delivered, where it was), segment, distance, second_segment,
        second_distance (Euclidean, scaled units), imputed_features, is_far, reason (null where
        assigned; ``no_payment`` where nothing was paid, and the segment is null). A stratum of
        its own has no second segment: null.
        """
        customers = as_table(table)
        return pa.concat_tables(self.rows_of(*batch) for batch in self.batches(customers))

    def batches(self, table: pa.Table) -> Iterator[tuple[pa.Table, Placed, Nearest]]:
        """The table in slices, each placed in the space with its nearest two centroids."""
        check_payments(table)
        for begin in range(0, max(table.num_rows, 1), BATCH):
            part = table.slice(begin, BATCH)
            placed = self.space.place(part)
            yield part, placed, self.nearest(part, placed)

    def nearest(self, table: pa.Table, placed: Placed) -> Nearest:
        """The nearest two centroids of customers, within their stratum."""
        apart = apart_rows(table) if self.apart is not None else None
        return nearest_within(placed.coordinates, self.centroids, apart)

    def rows_of(self, part: pa.Table, placed: Placed, found: Nearest) -> pa.Table:
        """The rows of ``assign`` for one batch."""
        nobody = ~has_payments(part)
        single = nobody | (found.second < 0)
        far = np.array([segment.far for segment in self.segments], dtype=np.float32)
        columns = {"customer_id": part.column("customer_id")} if _has_id(part) else {}
        columns |= {
            "segment": pa.array(self.numbers[found.first], mask=nobody),
            "distance": pa.array(found.distance, mask=nobody),
            "second_segment": pa.array(self.numbers[found.second], mask=single),
            "second_distance": pa.array(found.second_distance, mask=single),
            "imputed_features": pa.array(placed.imputed, mask=nobody),
            "is_far": pa.array(found.distance > far[found.first], mask=nobody),
            "reason": pc.if_else(pa.array(nobody), NO_PAYMENT, pa.scalar(None, pa.string())),
        }
        return pa.table(columns)


def _has_id(table: pa.Table) -> bool:
    return "customer_id" in table.column_names


def check_payments(table: pa.Table) -> None:
    """Payments are the one source without which there is no customer to compare."""
    if "payments" not in table.column_names:
        raise BadColumnError(
            f"columns {table.column_names} hold no 'payments'; it is the count of a customer's "
            "payments in the period: add it to the query"
        )


def has_payments(table: pa.Table) -> NDArray[np.bool_]:
    """Customers with at least one payment."""
    counts = table.column("payments").cast(pa.float64()).fill_null(0.0)
    return np.asarray(counts.to_numpy() > 0)


def paying(table: pa.Table) -> pa.Table:
    """The customers with payments; the table itself, uncopied, where that is everybody."""
    check_payments(table)
    paid = has_payments(table)
    return table if paid.all() else table.filter(pa.array(paid))
