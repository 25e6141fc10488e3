"""Typed reading of one key of a parsed declaration; every mistake is a ``DeclarationError``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from ml.fuzzy_evaluation.declaration.errors import DeclarationError
from ml.fuzzy_evaluation.wording import Said


def entry(data: Any, key: str, where: str) -> Any:
    """The value under ``key``; its absence is an error."""
    if not isinstance(data, Mapping):
        raise DeclarationError(where, data, "a mapping", f"write keys such as {key}:")
    if key not in data:
        raise DeclarationError(f"{where}.{key}", None, "a value", "declare the key")
    return data[key]


def listed(data: Any, key: str, where: str) -> Sequence[Any]:
    """A non-empty list under ``key``."""
    value = entry(data, key, where)
    if not isinstance(value, list) or not value:
        raise DeclarationError(f"{where}.{key}", value, "a list of at least one", "list them")
    return value


def number(value: Any, where: str) -> float:
    """A finite number; fractions may be written as 1/3."""
    try:
        result = float(Fraction(value)) if isinstance(value, str) else float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        result = float("nan")
    if isinstance(value, bool) or not isfinite(result):
        raise DeclarationError(where, value, "a number", "write it as 0.5 or 1/2")
    return result


def within(value: Any, where: str, low: float, high: float) -> float:
    """A number from ``low`` to ``high``."""
    result = number(value, where)
    if not low <= result <= high:
        raise DeclarationError(where, value, f"a number from {low:g} to {high:g}", "correct it")
    return result


def one_of(value: Any, where: str, allowed: Sequence[str]) -> str:
    """One of the allowed words."""
    if value not in allowed:
        raise DeclarationError(where, value, "one of " + ", ".join(allowed), "choose one of them")
    return str(value)


def text(data: Any, key: str, where: str) -> str:
    """A non-empty text under ``key``."""
    value = entry(data, key, where)
    if not isinstance(value, str) or not value.strip():
        raise DeclarationError(f"{where}.{key}", value, "a text", "write one")
    return value


def name(data: Any, key: str, where: str) -> Said:
    """A name in both languages under ``key``."""
    both = entry(data, key, where)
    return Said(text(both, "en", f"{where}.{key}"), text(both, "zh", f"{where}.{key}"))


def only(data: Mapping[str, Any], where: str, known: Sequence[str]) -> None:
    """No key that nobody reads: a misspelt key would else be ignored in silence."""
    for key in data:
        if key not in known:
            raise DeclarationError(
                f"{where}.{key}", data[key], "one of the keys " + ", ".join(known),
                "correct the key or remove it",
            )  # fmt: skip


def unique(codes: Sequence[str], where: str) -> None:
    """Codes that are all different."""
    for code in codes:
        if list(codes).count(code) > 1:
            raise DeclarationError(where, code, "codes that differ", "rename one of them")
