"""Salted hashes of customers: the order of ties, and the draw of exploration.

The same customer and salt give the same number on every machine and in every run.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray


def hashed(customers: NDArray[np.int64], salt: str) -> NDArray[np.uint64]:
    """(n,) uniform 64-bit numbers: SplitMix64 (Steele, Lea and Flood 2014) of id xor salt."""
    offset = np.uint64(int.from_bytes(hashlib.sha256(salt.encode()).digest()[:8], "big"))
    mixed = np.asarray(customers).astype(np.uint64) ^ offset
    with np.errstate(over="ignore"):
        mixed = mixed + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def uniform(hashes: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Numbers in [0, 1) of the upper 53 bits."""
    return (hashes >> np.uint64(11)).astype(np.float64) * 2.0**-53
