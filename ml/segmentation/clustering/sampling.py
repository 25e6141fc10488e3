"""Stratified samples of customers, without a loop over customers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

STRATA = ("customer_type", "is_prepaid", "has_withholding")


def strata_codes(table: pa.Table) -> NDArray[np.int32]:
    """One code per combination of the declared strata that the table holds; null is a stratum."""
    codes = np.zeros(table.num_rows, dtype=np.int32)
    for name in STRATA:
        if name in table.column_names and table.num_rows:
            encoded = pc.dictionary_encode(table.column(name), null_encoding="encode")
            part = encoded.combine_chunks()
            part = part.chunk(0) if isinstance(part, pa.ChunkedArray) else part
            codes = codes * len(part.dictionary) + part.indices.to_numpy(zero_copy_only=False)
    return codes.astype(np.int32)


def stratified_sample(
    strata: NDArray[np.int32], size: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """Indices of a systematic sample over the customers ordered by stratum, random within.

    Every stratum gets its proportional share to within one customer; all where size >= n.
    """
    count = len(strata)
    if size >= count:
        return np.arange(count)
    shuffled = random.permutation(count)
    ordered = shuffled[np.argsort(strata[shuffled], kind="stable")]
    steps = ((np.arange(size) + random.random()) * (count / size)).astype(np.int64)
    return np.sort(ordered[np.minimum(steps, count - 1)])
