"""One tier of a contract as a row of ``channel_contracts.csv``, its values read and judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from dagster_project.lib.deliveries.messages import Bilingual

OPEN_END = date(9999, 12, 31)
TIER_RULES = ("whole_month", "marginal")
COLUMNS = (
    "contract_id", "channel_code", "valid_from", "valid_to", "tier_rule", "tier_from_yuan",
    "rate_pct", "fixed_fee_yuan", "monthly_fee_yuan", "minimum_yuan", "floor_yuan", "cap_yuan",
)  # fmt: skip


class LineError(ValueError):
    """One thing that is wrong on one line."""

    def __init__(self, line: int, en: str, zh: str) -> None:
        super().__init__(en)
        self.line, self.said = line, Bilingual(en, zh)


@dataclass(frozen=True)
class Tier:
    """Terms that hold from a month's volume on; money in yuan, the rate in percent."""

    line: int  # of the file
    contract_id: str
    channel_code: str
    valid_from: date
    valid_to: date
    tier_rule: str
    tier_from_yuan: Decimal
    rate_pct: Decimal
    fixed_fee_yuan: Decimal
    monthly_fee_yuan: Decimal
    minimum_yuan: Decimal | None
    floor_yuan: Decimal | None
    cap_yuan: Decimal | None

    @property
    def frame(self) -> tuple[object, ...]:
        """What all tiers of a contract have in common."""
        return (
            self.channel_code, self.valid_from, self.valid_to, self.tier_rule,
            self.monthly_fee_yuan, self.minimum_yuan,
        )  # fmt: skip


def read_tier(row: dict[str, str], line: int) -> Tier:
    """The tier of one row.

    Raises:
        LineError: a value is missing, of the wrong kind, or contradicts another.
    """
    tier = Tier(
        line=line,
        contract_id=_text(row, "contract_id", line),
        channel_code=_text(row, "channel_code", line),
        valid_from=_day(row, "valid_from", line),
        valid_to=_day(row, "valid_to", line) if row["valid_to"] else OPEN_END,
        tier_rule=_rule(row, line),
        tier_from_yuan=_amount(row, "tier_from_yuan", line),
        rate_pct=_amount(row, "rate_pct", line),
        fixed_fee_yuan=_amount(row, "fixed_fee_yuan", line),
        monthly_fee_yuan=_amount(row, "monthly_fee_yuan", line),
        minimum_yuan=_optional(row, "minimum_yuan", line),
        floor_yuan=_optional(row, "floor_yuan", line),
        cap_yuan=_optional(row, "cap_yuan", line),
    )
    if tier.valid_to < tier.valid_from:
        raise LineError(
            line,
            f"valid_to {tier.valid_to} lies before valid_from {tier.valid_from}; correct one",
            f"到期日 {tier.valid_to} 早于生效日 {tier.valid_from}，请更正",
        )
    floor, cap = tier.floor_yuan, tier.cap_yuan
    if floor is not None and cap is not None and cap < floor:
        raise LineError(
            line,
            f"cap_yuan {cap} is below floor_yuan {floor}; a cap of at least the floor is expected",
            f"封顶 {cap} 低于下限 {floor}，封顶应不低于下限",
        )
    return tier


def _text(row: dict[str, str], column: str, line: int) -> str:
    if not row[column]:
        raise LineError(line, f"{column} is empty; write a code", f"{column} 为空，请填写编码")
    return row[column]


def _rule(row: dict[str, str], line: int) -> str:
    if row["tier_rule"] not in TIER_RULES:
        raise LineError(
            line,
            f"tier_rule is {row['tier_rule']!r}; expected one of {', '.join(TIER_RULES)}",
            f"tier_rule 为 {row['tier_rule']!r}，应为 {'、'.join(TIER_RULES)} 之一",
        )
    return row["tier_rule"]


def _day(row: dict[str, str], column: str, line: int) -> date:
    try:
        return date.fromisoformat(row[column])
    except ValueError as error:
        raise LineError(
            line,
            f"{column} is {row[column]!r}; expected a day as 2025-07-01",
            f"{column} 为 {row[column]!r}，应为 2025-07-01 形式的日期",
        ) from error


def _amount(row: dict[str, str], column: str, line: int) -> Decimal:
    try:
        value = Decimal(row[column])
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or value < 0:
        raise LineError(
            line,
            f"{column} is {row[column]!r}; expected a number of at least 0",
            f"{column} 为 {row[column]!r}，应为不小于 0 的数",
        )
    return value


def _optional(row: dict[str, str], column: str, line: int) -> Decimal | None:
    return _amount(row, column, line) if row[column] else None
