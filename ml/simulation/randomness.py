"""One independent random stream for each purpose and month, so that no order of work matters."""

from __future__ import annotations

import zlib

import numpy as np

from ml.simulation.codes import Array


def stream(seed: int, purpose: str, number: int = 0) -> np.random.Generator:
    """Return the generator of ``purpose`` (such as ``bills``) in month ``number`` (>= -1)."""
    words = [seed, zlib.crc32(purpose.encode()), number + 1]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def choose(random: np.random.Generator, shares: tuple | Array, size: int) -> Array:
    """Draw ``size`` indices with probabilities proportional to ``shares``, as int8."""
    edges = np.cumsum(np.asarray(shares, dtype=float))
    drawn = np.searchsorted(edges / edges[-1], random.random(size), side="right")
    return np.minimum(drawn, len(edges) - 1).astype(np.int8)


def happens(random: np.random.Generator, chance: float | Array, size: int) -> Array:
    """Return a mask of ``size`` independent events; ``chance`` is one number or one per event."""
    return random.random(size, dtype=np.float32) < chance
