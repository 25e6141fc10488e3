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
            texts = [str(value) for value in part.dictionary.to_pylist()]
            ranks = np.argsort(np.argsort(texts))  # not the order in which the values came
            codes = codes * len(texts) + ranks[part.indices.to_numpy(zero_copy_only=False)]
    return codes.astype(np.int32)


def sample_rows(table: pa.Table, size: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Rows of a stratified sample in the order of ``customer_id``, whatever that of the table.

    A warehouse returns rows in any order; the fit must not depend on it.
    """
    if "customer_id" not in table.column_names:
        return stratified_sample(strata_codes(table), size, random)
    order = np.argsort(table.column("customer_id").to_numpy(), kind="stable")
    return order[stratified_sample(strata_codes(table)[order], size, random)]


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
