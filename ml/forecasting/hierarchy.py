"""Which series are sums of which: total <- channel <- channel/region, read from the ids.

A panel of bottom series is completed by its sums here; making forecasts agree is in
``reconciliation``.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from ml.forecasting.contract import Panel

TOTAL = "total"
SEPARATOR = "/"


@dataclass(frozen=True)
class Hierarchy:
    """Summing matrix S (n nodes x m bottom series) with nodes = S @ bottoms, in the ids' order."""

    ids: tuple[str, ...]
    bottoms: tuple[str, ...]
    summing: np.ndarray


def channel_of(name: str) -> str:
    """``wechat/R01`` and ``wechat`` belong to ``wechat``."""
    return name.split(SEPARATOR)[0]


def region_of(name: str) -> str | None:
    """``R01`` of ``wechat/R01``; None where the series is of the whole channel."""
    parts = name.split(SEPARATOR, 1)
    return parts[1] if len(parts) == 2 else None


def hierarchy_of(ids: tuple[str, ...]) -> Hierarchy | None:
    """The sums that the ids speak of; None where no id has the form channel/region."""
    bottoms = tuple(name for name in ids if region_of(name) is not None)
    if not bottoms:
        return None
    owners = np.array([channel_of(name) for name in bottoms])
    channels = tuple(dict.fromkeys(owners.tolist()))
    nodes = (TOTAL, *channels, *bottoms)
    summing = np.vstack([
        np.ones(len(bottoms)),
        *[(owners == channel).astype(float) for channel in channels],
        np.eye(len(bottoms)),
    ])  # fmt: skip
    return Hierarchy(nodes, bottoms, summing)


def completed(panel: Panel) -> Panel:
    """The panel with the sums of its bottom series; a sum has a gap where all parts have one.

    Series of the form ``channel`` or ``total`` that are given beside bottom series are replaced by
    the sums, so the panel is coherent.  Series of another shape than channel/region stay as they
    are when there are no bottom series at all.
    """
    hierarchy = hierarchy_of(panel.ids)
    if hierarchy is None:
        return panel
    bottom = panel.only(hierarchy.bottoms).values
    seen = hierarchy.summing @ np.isfinite(bottom) > 0
    sums = np.where(seen, hierarchy.summing @ np.nan_to_num(bottom), np.nan)
    return replace(panel, ids=hierarchy.ids, values=sums)


def mean_of_known(values: np.ndarray) -> np.ndarray:
    """Mean of the known days of each series, 0 where none is known; (n, T) -> (n,)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Mean of empty slice")
        return np.nan_to_num(np.nanmean(values, axis=1))
