"""The commission terms of the channels' contracts, and the fee of one settled payment.

The defaults are those of ``dbt/seeds/channel_contracts.csv``; a test holds the two equal.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from ml.simulation.codes import Array

OPEN_END = date(9999, 12, 31)
ALWAYS = date(2000, 1, 1)


@dataclass(frozen=True)
class ContractTerms:
    """One tier of one contract; money in yuan, the rate in percent of the payment."""

    channel: str
    valid_from: date = ALWAYS
    valid_to: date = OPEN_END
    tier_from_yuan: float = 0.0
    rate_pct: float = 0.0
    fixed_fee_yuan: float = 0.0
    floor_yuan: float | None = None
    cap_yuan: float | None = None

    def fee_yuan(self, fen: Array) -> Array:
        """``max(floor, min(cap, amount x rate)) + fixed fee``, rounded half-up to 0.01 yuan."""
        millionths = fen.astype(np.int64) * round(self.rate_pct * 10_000)  # of a fen
        if self.cap_yuan is not None:
            millionths = np.minimum(millionths, round(self.cap_yuan * 100_000_000))
        if self.floor_yuan is not None:
            millionths = np.maximum(millionths, round(self.floor_yuan * 100_000_000))
        whole = millionths + round(self.fixed_fee_yuan * 100_000_000)
        return (whole + 500_000) // 1_000_000 / 100


DEFAULT_TERMS: tuple[ContractTerms, ...] = (
    ContractTerms("bank_withholding", valid_to=date(2024, 12, 31), fixed_fee_yuan=0.6),
    ContractTerms("bank_withholding", date(2025, 1, 1), fixed_fee_yuan=0.5),
    ContractTerms("wechat", valid_to=date(2025, 6, 30), rate_pct=0.6),
    ContractTerms("wechat", date(2025, 7, 1), OPEN_END, 0, 0.38, 0, 0.01, 25),
    ContractTerms("wechat", date(2025, 7, 1), OPEN_END, 5_000_000, 0.2, 0, 0.01, 25),
    ContractTerms("alipay", rate_pct=0.6),
    ContractTerms("alipay", tier_from_yuan=5_000_000, rate_pct=0.55),
    ContractTerms("agency", fixed_fee_yuan=1.0),
    ContractTerms("app", rate_pct=0.2),
)


def read_terms(path: Path) -> tuple[ContractTerms, ...]:
    """Read a table of contracts with the columns of ``channel_contracts.csv``."""
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(_terms(row) for row in csv.DictReader(handle))


def _terms(row: dict[str, str]) -> ContractTerms:
    return ContractTerms(
        channel=row["channel_code"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else OPEN_END,
        tier_from_yuan=float(row["tier_from_yuan"] or 0),
        rate_pct=float(row["rate_pct"] or 0),
        fixed_fee_yuan=float(row["fixed_fee_yuan"] or 0),
        floor_yuan=float(row["floor_yuan"]) if row["floor_yuan"] else None,
        cap_yuan=float(row["cap_yuan"]) if row["cap_yuan"] else None,
    )


def terms_on(
    terms: Sequence[ContractTerms], channel: str, day: date, month_yuan: float
) -> ContractTerms | None:
    """Tier that ``month_yuan`` reaches in the contract valid on ``day``; None without contract."""
    valid = [
        item
        for item in terms
        if item.channel == channel
        and item.valid_from <= day <= item.valid_to
        and item.tier_from_yuan <= month_yuan
    ]
    return max(valid, key=lambda item: item.tier_from_yuan, default=None)


def first_rate(terms: Sequence[ContractTerms], channel: str, day: date) -> float:
    """Commission in percent that a small payment volume is charged; 0 without a contract."""
    found = terms_on(terms, channel, day, month_yuan=0)
    return found.rate_pct if found else 0.0
