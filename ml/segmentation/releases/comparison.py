"""Two dates under one release: who moved and why, transitions, drift of features and distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.segmentation.clustering.apart import APART
from ml.segmentation.features.columns import as_table
from ml.segmentation.features.declared import label
from ml.segmentation.fitted import BATCH, FittedSegmentation, has_payments, paying
from ml.segmentation.releases.drift import PSI_ALARM, churn, psi, shares, transitions
from ml.segmentation.releases.movement import contributions, main_mover

FARTHER = 1.25  # mean distance over that of training: the segments no longer describe their members
FAR_CUSTOMERS = 0.05  # share beyond the training quantile that 1 % exceeded


@dataclass(frozen=True)
class Comparison:
    """``moved``: a row per customer of both dates whose segment changed, and what moved it."""

    moved: pa.Table
    transitions: NDArray[np.int64]  # before x now, in the order of the release's segments
    churn: float
    customers: int  # in both dates


class NobodyInBothError(ValueError):
    """The two dates have no customer in common: nothing can be said of who moved."""


def compare_dates(
    fitted: FittedSegmentation,
    before: Any,
    now: Any,
    assigned: tuple[pa.Table, pa.Table] | None = None,
) -> Comparison:
    """Place the customers of both dates in the release.

    After a refit both dates are placed in the new release, so that a movement is the customer's
    and never the model's. ``assigned`` holds what ``assign`` gave for the two tables, where that
    is known already. Raises ``NobodyInBothError`` where no paying customer is in both.
    """
    tables = as_table(before), as_table(now)
    if assigned is None:
        assigned = fitted.assign(tables[0]), fitted.assign(tables[1])
    ids, rows, labels = _in_both(fitted, tables, assigned)
    if not len(ids):
        raise NobodyInBothError(
            f"none of {len(tables[0])} customers of the earlier date is among the {len(tables[1])} "
            "of the later: churn has no base; check the two tables, and whether the pseudonyms "
            "were made with one key"
        )
    moved = _all_moved(fitted, tables, ids, rows, labels)
    table = transitions(labels[0], labels[1], list(range(len(fitted.segments))))
    return Comparison(moved, table, churn(labels[0], labels[1]), len(ids))


def _all_moved(
    fitted: FittedSegmentation,
    tables: tuple[pa.Table, pa.Table],
    ids: NDArray[Any],
    rows: list[NDArray[np.int64]],
    labels: list[NDArray[np.int64]],
) -> pa.Table:
    """The customers whose segment changed, who alone are placed again."""
    who = np.flatnonzero(labels[0] != labels[1])
    parts = [
        _moved(
            fitted,
            ids[some],
            (labels[0][some], labels[1][some]),
            tables[0].take(pa.array(rows[0][some])),
            tables[1].take(pa.array(rows[1][some])),
        )
        for some in np.split(who, range(BATCH, len(who), BATCH))
    ]
    return pa.concat_tables(parts)


def _in_both(
    fitted: FittedSegmentation,
    tables: tuple[pa.Table, pa.Table],
    assigned: tuple[pa.Table, pa.Table],
) -> tuple[NDArray[Any], list[NDArray[np.int64]], list[NDArray[np.int64]]]:
    """Ids of the customers who paid on both dates, their rows, and their segments' positions."""
    places = [np.flatnonzero(has_payments(table)) for table in tables]
    ids = [
        table.column("customer_id").to_numpy()[paid]
        for table, paid in zip(tables, places, strict=True)
    ]
    both, *found = np.intersect1d(ids[0], ids[1], assume_unique=True, return_indices=True)
    rows = [paid[index] for paid, index in zip(places, found, strict=True)]
    order = np.argsort(fitted.numbers)
    labels = []
    for table, own in zip(assigned, rows, strict=True):
        numbers = table.column("segment").fill_null(-1).to_numpy()[own]
        labels.append(order[np.searchsorted(fitted.numbers, numbers, sorter=order)])
    return both, rows, labels


def _moved(
    fitted: FittedSegmentation,
    ids: NDArray[Any],
    labels: tuple[NDArray[np.int64], NDArray[np.int64]],
    before: pa.Table,
    now: pa.Table,
) -> pa.Table:
    """What moved the customers whose segment changed, and how much of the movement it was."""
    old, new = fitted.space.place(before).coordinates, fitted.space.place(now).coordinates
    parts, names = contributions(old, new, *labels, fitted.centroids, fitted.space.groups)
    mover, part = main_mover(parts, names)
    if fitted.apart is not None:  # nobody drifts into a stratum: the meter was changed
        switched = (labels[0] == fitted.apart) | (labels[1] == fitted.apart)
        mover[switched], part[switched] = APART, 1.0
    text = {chinese: [n and label(n, chinese) for n in mover] for chinese in (False, True)}
    return pa.table(
        {
            "customer_id": ids,
            "segment_before": fitted.numbers[labels[0]],
            "segment": fitted.numbers[labels[1]],
            "moved_by": pa.array(mover, pa.string()),
            "moved_by_en": pa.array(text[False], pa.string()),
            "moved_by_zh": pa.array(text[True], pa.string()),
            "moved_by_share": part,
        }
    )


def feature_drift(fitted: FittedSegmentation, table: Any) -> list[dict[str, Any]]:
    """PSI of every feature, of the segments' shares, and the mean distance against training.

    One row per measure: name, value, bar, alarm; no row for a feature of which the release kept
    no bins. Distances twice: the mean over the training
    mean of the same segments, and the share of customers beyond the 99 % training quantile.
    """
    counts: dict[str, Any] = {}
    sizes, far, away, total = np.zeros(len(fitted.segments)), 0, 0.0, 0
    limits = np.array([segment.far for segment in fitted.segments])
    for _, placed, nearest in fitted.batches(paying(as_table(table))):
        for name, values in zip(fitted.space.describing, placed.described.T, strict=True):
            if name not in fitted.references:
                continue
            part = shares(values, fitted.references[name].edges) * len(values)
            counts[name] = counts.get(name, 0) + part
        sizes += np.bincount(nearest.first, minlength=len(sizes))
        away += float(nearest.distance.sum(dtype=np.float64))
        far += int((nearest.distance > limits[nearest.first]).sum())
        total += len(nearest.first)
    if not total:
        raise ValueError("no customer has a payment: drift has no base; check the day's table")
    found = {n: psi(fitted.references[n].shares, c / total) for n, c in counts.items()}
    found["segment_shares"] = psi(np.array([s.share for s in fitted.segments]), sizes / total)
    trained = float(sizes @ [segment.mean_distance for segment in fitted.segments])
    return _against_bars(found | {"mean_distance": away / trained, "far_customers": far / total})


def _against_bars(found: dict[str, float]) -> list[dict[str, Any]]:
    bars = dict.fromkeys(found, PSI_ALARM)
    bars |= {"mean_distance": FARTHER, "far_customers": FAR_CUSTOMERS}
    return [
        {"name": name, "value": value, "bar": bars[name], "alarm": value > bars[name]}
        for name, value in found.items()
    ]
