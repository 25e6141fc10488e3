"""The declared segments of stacking and calibration: stratum times standing.

Standing is what a forecast hangs on: an open bill, a bill to come, a meter's balance, or none.
Segments with few customers borrow from the standing, and that from everybody.
"""

from __future__ import annotations

import numpy as np

from ml.payment_timing.contract import States

STANDINGS = ("open_bill", "awaiting_bill", "no_bill", "balance")
OPEN_BILL, AWAITING_BILL, NO_BILL, BALANCE = range(len(STANDINGS))
STANDING_NAMES = {
    "zh": ("有未缴账单", "等待出账", "无账单", "有余额读数"),
    "en": ("open bill", "awaiting a bill", "no bills", "balance read"),
}
SEGMENT_FLOOR = 300  # spells below which a segment has no weights or map of its own


def standing(states: States) -> np.ndarray:
    """Index into ``STANDINGS``, (n,)."""
    opened = ~np.isnan(states["open_bill_age"])
    coming = ~np.isnan(states["next_bill_in"])
    read = ~np.isnan(states["balance_yuan"])
    billed = np.where(opened, OPEN_BILL, AWAITING_BILL)
    return np.where(opened | coming, billed, np.where(read, BALANCE, NO_BILL))


def segment(states: States) -> np.ndarray:
    """Stratum x 4 + standing, (n,)."""
    return states["stratum"].astype(np.int64) * len(STANDINGS) + standing(states)


def segment_name(code: int, strata: tuple[str, ...], language: str) -> str:
    """``resident.postpaid: open bill``."""
    stratum, place = divmod(code, len(STANDINGS))
    return f"{strata[stratum]}: {STANDING_NAMES[language][place]}"
