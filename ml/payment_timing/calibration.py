"""Recalibration: a monotone map of the PIT, fitted on earlier origins and judged on the next.

The map is the distribution function of earlier PIT values, piecewise linear, drawn towards the
standing's map and that towards the identity, so that a small segment is hardly moved.
"""

from __future__ import annotations

import numpy as np

from ml.payment_timing.segments import BALANCE, NO_BILL, STANDINGS

PIECES = 32
PRIOR = 400.0  # customers with which the coarser map is believed
SEED = 20_251_231


def randomised_pit(before: np.ndarray, until: np.ndarray) -> np.ndarray:
    """F(T-1) + V (F(T) - F(T-1)), V uniform from a fixed seed; uniform if the forecast is right.

    Args:
        before: F(T - 1), or F(H) where no payment came within the horizon.
        until: F(T), or 1.
    """
    return before + np.random.default_rng(SEED).random(len(before)) * (until - before)


def interval(cumulative: np.ndarray, paid_in: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(F(T-1), F(T)) of what came; (F(H), 1) where nothing came within the horizon.

    Args:
        cumulative: F(1..H), (n, h).
        paid_in: days, NaN where nothing came.
    """
    happened = paid_in <= cumulative.shape[1]
    day = np.where(happened, paid_in, 1).astype(np.int64)
    row = np.arange(len(day))
    before = np.where(day > 1, cumulative[row, np.maximum(day - 2, 0)], 0.0)
    until = cumulative[row, day - 1]
    last = cumulative[:, -1]
    return np.where(happened, before, last), np.where(happened, until, 1.0)


def fit_maps(
    before: np.ndarray,
    until: np.ndarray,
    segment: np.ndarray,
    segments: int,
    weight: np.ndarray | None = None,
) -> np.ndarray:
    """Maps per segment, (segments, PIECES + 1): G at 0, 1/PIECES, ..., 1.

    Each PIT interval adds its mass evenly over its length, which is the mean over the
    randomisation and so free of its noise.  ``weight`` (n,) is 1 where None.
    """
    shares = _piece_shares(before, until)
    if weight is not None:
        shares *= weight[:, None]
    counts = np.zeros((segments, PIECES))
    np.add.at(counts, segment, shares)
    kinds = len(STANDINGS)
    by_standing = np.array([counts[kind::kinds].sum(0) for kind in range(kinds)])
    coarse = _drawn(by_standing, np.full(PIECES, 1 / PIECES))
    # Both standings are forecast by the gap models; readings of balances may be recent.
    coarse[BALANCE] = _drawn(by_standing[[BALANCE]], coarse[NO_BILL])[0]
    fine = _drawn(counts, coarse[np.arange(segments) % kinds])
    return np.concatenate([np.zeros((segments, 1)), fine.cumsum(1)], axis=1)


def _drawn(counts: np.ndarray, centre: np.ndarray) -> np.ndarray:
    return (counts + PRIOR * centre) / (counts.sum(1, keepdims=True) + PRIOR)


def _piece_shares(before: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Share of each interval that lies in each piece, (n, PIECES)."""
    edges = np.arange(PIECES + 1) / PIECES
    width = np.maximum(until - before, 1e-9)[:, None]
    covered = np.clip((edges - before[:, None]) / width, 0, 1)
    return np.diff(covered, axis=1)


def apply_maps(maps: np.ndarray, segment: np.ndarray, cumulative: np.ndarray) -> np.ndarray:
    """G_segment(F) by linear interpolation, float32 (n, h)."""
    table = maps.astype(np.float32).ravel()
    place = np.clip(cumulative, 0, 1) * np.float32(PIECES)
    whole = np.minimum(place, PIECES - 1).astype(np.int32)
    share = (place - whole).astype(np.float32)
    whole += (segment * (PIECES + 1)).astype(np.int32)[:, None]
    low = table[whole]
    whole += 1
    return low + share * (table[whole] - low)
