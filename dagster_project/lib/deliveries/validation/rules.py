"""The reasons for which a row is quarantined: SQL conditions, the most basic of a column first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from dagster_project.lib.deliveries.contracts import Column, Contract
from dagster_project.lib.deliveries.layouts import Mapping
from dagster_project.lib.deliveries.validation.quoting import literal
from dagster_project.lib.deliveries.validation.values import SIGN

LONGEST_TEXT = 1000  # characters; a longer code or name is a broken row
INVALID = {
    "date": "invalid_date",
    "timestamp": "invalid_timestamp",
    "month": "invalid_month",
    "money": "invalid_amount",
    "quantity": "invalid_number",
    "integer": "invalid_number",
    "boolean": "invalid_boolean",
}


@dataclass(frozen=True)
class Rule:
    """One reason to quarantine a row: SQL that is true for a bad row, and what to say of it."""

    condition: str
    column: str
    reason: str
    value: str = "null"  # SQL over the texts that gives the offending value
    is_private: bool = False


@dataclass(frozen=True)
class Limits:
    """The days between which a delivered row may lie."""

    first_business_date: date
    last_business_date: date


@dataclass
class ColumnRules:
    """Collects the rules of one contract column."""

    contract: Contract
    column: Column
    mapping: Mapping | None
    texts: dict[str, str]  # of all columns: name -> SQL over ``delivered``
    limits: Limits
    rules: list[Rule] = field(default_factory=list)
    is_missing: bool = False

    @property
    def _text(self) -> str:
        return f"t_{self.column.name}"

    @property
    def _value(self) -> str:
        return f"v_{self.column.name}"

    def _rule(self, condition: str, reason: str) -> None:
        is_private = self.column.type in ("customer", "personal")
        self.rules.append(Rule(condition, self.column.name, reason, self._text, is_private))

    def collect(self, undecodable: bool) -> ColumnRules:
        """Add every rule of the column; with ``undecodable``, the one for bad characters too."""
        column, is_given = self.column, self.texts[self.column.name] != "null"
        if undecodable and is_given:
            self._rule(f"contains({self._text}, chr(65533))", "undecodable_character")
        self._add_presence(is_given)
        if not is_given and not column.from_timestamp:
            return self
        if self.mapping and self.mapping.sign:
            self._add_sign(f"{column.name}_{SIGN}", self.mapping.sign.column)
        if column.type in INVALID:
            self._rule(f"{self._text} is not null and {self._value} is null", INVALID[column.type])
        self._add_ranges()
        return self

    def _add_presence(self, is_given: bool) -> None:
        column, stamp = self.column, self.column.from_timestamp
        has_stamp = stamp is not None and self.texts[stamp] != "null"
        if has_stamp:
            condition = f"t_{stamp} is not null and v_{stamp} is null"
            self.rules.append(Rule(condition, str(stamp), "invalid_timestamp", f"t_{stamp}"))
        if not column.required or column.default is not None:
            return
        if not is_given and not has_stamp:
            self.is_missing = True
            self._rule("true", "missing_column")
        else:
            stamped = f" and t_{stamp} is null" if stamp else ""
            self._rule(f"{self._text} is null{stamped}", "missing_value")

    def _add_sign(self, text: str, heading: str) -> None:
        assert self.mapping
        assert self.mapping.sign
        known = ", ".join(map(literal, self.mapping.sign.positive + self.mapping.sign.negative))
        condition = f"coalesce(t_{text} not in ({known}), true)"
        self.rules.append(Rule(condition, heading, "unknown_sign", f"t_{text}"))

    def _add_ranges(self) -> None:
        column, value = self.column, self._value
        if column.type == "money":
            self._rule(loses_decimals(column, self.mapping), "too_many_decimals")
        if column.min is not None:
            reason = "negative_amount" if column.min == 0 else "below_minimum"
            self._rule(f"{value} < {column.min}", reason)
        if column.max is not None:
            self._rule(f"{value} > {column.max}", "above_maximum")
        if column.allowed is not None:
            allowed = ", ".join(literal(code) for code in column.allowed)
            self._rule(f"{value} not in ({allowed})", "unknown_code")
        if column.type == "string":
            self._rule(f"length({value}) > {LONGEST_TEXT}", "text_too_long")
        if column.type in ("date", "timestamp", "month"):
            self._add_days()
        if column.not_before:
            self._rule(f"{value} < v_{column.not_before}", f"before_{column.not_before}")

    def _add_days(self) -> None:
        first, last = self.limits.first_business_date, self.limits.last_business_date
        if self.column.name == self.contract.business_date:
            self._rule(f"{self._value} < {literal(first)}", "date_too_early")
        if not self.column.allow_future:
            self._rule(f"{self._value}::date > {literal(last)}", "future_date")


def loses_decimals(column: Column, mapping: Mapping | None) -> str:
    """SQL for a text that the cast to money would round; a cast alone rounds silently.

    The text is measured first, because casting twice would cost five times as much; digits after
    the sixth decimal are the noise of binary numbers (127.07000000000001).
    """
    text, value = f"t_{column.name}", f"v_{column.name}"
    if mapping and mapping.unit == "fen":
        return f"{value} != {value}::{column.sql_type}"
    plain = f"replace({text}, ',', '')"
    return (
        f"(strpos({text}, '.') > 0 and "
        f"length(rtrim({text}, '0')) - strpos({text}, '.') > {column.scale} and "
        f"try_cast({plain} as decimal(24, 6)) != try_cast({plain} as {column.sql_type})) "
        f"or strpos(lower({text}), 'e') > 0"
    )
