"""The columns of one scored batch, from its forecast F(1..H)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ml.payment_timing.channel_choice import posterior_best
from ml.payment_timing.contract import HORIZON, HOURS, States
from ml.payment_timing.depletion import depletion_in, expected_amount
from ml.payment_timing.metrics import RELIABILITY_DAYS
from ml.payment_timing.refusals import NOT_CALIBRATED, OWN_HISTORY, REFUSED, STRATUM_PRIOR
from ml.payment_timing.segments import segment
from ml.payment_timing.windows import LEVELS, OPEN_END, windows


def timing_columns(cumulative: np.ndarray, states: States) -> dict[str, pa.Array]:
    """Median day, windows and probabilities; null where there is no forecast.

    Windows are days after the origin; an end beyond the horizon is null.
    """
    known = ~np.isnan(cumulative[:, 0])
    total = np.where(known[:, None], cumulative, np.float32(0)) if not known.all() else cumulative
    median = (total < 0.5).sum(axis=1) + 1
    found = {"median_in_days": _days(median, known & (median <= HORIZON))}
    for level, window in zip(LEVELS, windows(total), strict=True):
        name = f"window_{round(100 * level)}"
        found[f"{name}_from"] = _days(window.begin, known)
        found[f"{name}_to"] = _days(window.end, known & (window.end != OPEN_END))
    for day in RELIABILITY_DAYS:
        found[f"p_pay_{day}"] = _floats(total[:, day - 1], known)
    return found | {"p_unpaid_at_due": _unpaid_at_due(total, states, known)}


def habit_columns(
    states: States,
    stratum: np.ndarray,
    channels: np.ndarray | None,
    alphas: tuple[np.ndarray | None, np.ndarray],
) -> dict[str, pa.Array]:
    """Likely channel and best hours, each with its posterior share."""
    channel_alpha, hour_alpha = alphas
    hour, share = posterior_best(stratum, np.stack([states[name] for name in HOURS], 1), hour_alpha)
    found = {"hour_band": pa.array(hour), "hour_band_share": pa.array(share)}
    if channels is not None and channel_alpha is not None:
        best, probability = posterior_best(stratum, channels, channel_alpha)
        found |= {"likely_channel": pa.array(best), "p_channel": pa.array(probability)}
    else:
        none = np.zeros(len(stratum), dtype=bool)
        found |= {
            "likely_channel": _days(np.zeros(len(stratum)), none).cast(pa.int8()),
            "p_channel": _floats(np.zeros(len(stratum), np.float32), none),
        }
    return found


def balance_columns(states: States) -> dict[str, pa.Array]:
    """Expected day of depletion and amount of prepaid customers, null for others."""
    days, amount = depletion_in(states), expected_amount(states)
    return {
        "depletion_in_days": _floats(days.astype(np.float32), ~np.isnan(days)),
        "expected_amount_yuan": _floats(amount.astype(np.float32), ~np.isnan(amount)),
    }


def basis(states: States, undeclared: np.ndarray, withheld: np.ndarray | None) -> np.ndarray:
    """Code of ``refusals.BASIS``, int8 (n,); from ``REFUSED`` on there is no forecast.

    Args:
        states: undeclared strata already the pooled one.
        undeclared: bool (n,).
        withheld: bool by segment, None where every segment has windows.
    """
    paid = states["payment_days"] > 0
    without = np.where(undeclared, REFUSED, STRATUM_PRIOR)
    found = np.where(paid, OWN_HISTORY, without).astype(np.int8)
    if withheld is not None:
        found[withheld[segment(states)] & (found != REFUSED)] = NOT_CALIBRATED
    return found


def _unpaid_at_due(total: np.ndarray, states: States, known: np.ndarray) -> pa.Array:
    """S(due day) of the open bill; 1 when it is overdue, null when none is open."""
    due = states["open_bill_due_in"]
    day = np.clip(np.nan_to_num(due), 0, HORIZON).astype(np.int64)
    paid = np.where(day > 0, total[np.arange(len(day)), np.maximum(day - 1, 0)], 0.0)
    return _floats((1 - paid).astype(np.float32), known & ~np.isnan(due))


def _days(values: np.ndarray, valid: np.ndarray) -> pa.Array:
    return pa.array(values.astype(np.int16), mask=~valid)


def _floats(values: np.ndarray, valid: np.ndarray) -> pa.Array:
    return pa.array(values, pa.float32(), mask=~valid)
