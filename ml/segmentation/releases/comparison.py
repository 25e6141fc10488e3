"""Two dates under one release: who moved and why, transitions, drift of features and distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.segmentation.clustering.nearest import nearest_two
from ml.segmentation.features.columns import as_table
from ml.segmentation.features.declared import label
from ml.segmentation.fitted import BATCH, FittedSegmentation, paying
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


def compare_dates(fitted: FittedSegmentation, before: Any, now: Any) -> Comparison:
    """Place the customers of both dates in the release; raises where no customer is in both.

    After a refit both dates are placed in the new release, so that a movement is the customer's
    and never the model's.
    """
    old, new = paying(as_table(before)), paying(as_table(now))
    ids = (old.column("customer_id").to_numpy(), new.column("customer_id").to_numpy())
    both, left, right = np.intersect1d(*ids, assume_unique=True, return_indices=True)
    parts, first, last = [], [], []
    for begin in range(0, len(both), BATCH):
        chosen = slice(begin, begin + BATCH)
        tables = old.take(pa.array(left[chosen])), new.take(pa.array(right[chosen]))
        rows, labels_before, labels_now = _batch(fitted, both[chosen], *tables)
        parts.append(rows)
        first.append(labels_before)
        last.append(labels_now)
    segments = np.concatenate(first) if first else np.empty(0, np.int16)
    after = np.concatenate(last) if last else np.empty(0, np.int16)
    share = churn(segments, after)
    table = transitions(segments, after, list(range(len(fitted.segments))))
    return Comparison(pa.concat_tables(parts), table, share, len(both))


def _batch(
    fitted: FittedSegmentation, ids: NDArray[Any], before: pa.Table, now: pa.Table
) -> tuple[pa.Table, NDArray[np.int16], NDArray[np.int16]]:
    old, new = fitted.space.place(before).coordinates, fitted.space.place(now).coordinates
    first = nearest_two(old, fitted.centroids).first
    last = nearest_two(new, fitted.centroids).first
    who = np.flatnonzero(first != last)
    parts, names = contributions(
        old[who], new[who], first[who], last[who], fitted.centroids, fitted.space.groups
    )
    mover, part = main_mover(parts, names)
    text = {chinese: [n and label(n, chinese) for n in mover] for chinese in (False, True)}
    rows = pa.table(
        {
            "customer_id": ids[who],
            "segment_before": fitted.numbers[first[who]],
            "segment": fitted.numbers[last[who]],
            "moved_by": pa.array(mover, pa.string()),
            "moved_by_en": pa.array(text[False], pa.string()),
            "moved_by_zh": pa.array(text[True], pa.string()),
            "moved_by_share": part,
        }
    )
    return rows, first, last


def feature_drift(fitted: FittedSegmentation, table: Any) -> list[dict[str, Any]]:
    """PSI of every feature, of the segments' shares, and the mean distance against training.

    One row per measure: name, value, bar, alarm. Distances twice: the mean over the training
    mean of the same segments, and the share of customers beyond the 99 % training quantile.
    """
    counts: dict[str, Any] = {}
    sizes, far, away, total = np.zeros(len(fitted.segments)), 0, 0.0, 0
    limits = np.array([segment.far for segment in fitted.segments])
    for _, placed, nearest in fitted.batches(paying(as_table(table))):
        for name, values in zip(fitted.space.describing, placed.described.T, strict=True):
            part = shares(values, fitted.references[name].edges) * len(values)
            counts[name] = counts.get(name, 0) + part
        sizes += np.bincount(nearest.first, minlength=len(sizes))
        away += float(nearest.distance.sum(dtype=np.float64))
        far += int((nearest.distance > limits[nearest.first]).sum())
        total += len(nearest.first)
    if not total:
        raise ValueError("no customer has a payment: drift has no base; check the day's table")
    found = {n: psi(fitted.references[n].shares, c / total) for n, c in counts.items()}
    expected = np.array([segment.share for segment in fitted.segments])
    found["segment_shares"] = psi(expected, sizes / total)
    trained = float(sizes @ [segment.mean_distance for segment in fitted.segments])
    bars = dict.fromkeys(found, PSI_ALARM)
    bars |= {"mean_distance": FARTHER, "far_customers": FAR_CUSTOMERS}
    found |= {"mean_distance": away / trained, "far_customers": far / total}
    return [
        {"name": name, "value": value, "bar": bars[name], "alarm": value > bars[name]}
        for name, value in found.items()
    ]
