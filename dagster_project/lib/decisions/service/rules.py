"""Declared rules as SQL over named columns: values are bound, names must be known columns.

``case when <rule> then <code>`` decides by the first rule that holds; sentences are put together
in the engine, so that no row passes through Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dagster_project.lib.decisions.service.declared import (
    Bound,
    Rule,
    ServiceDeclarationError,
    Words,
    line_of,
)

PLACE = re.compile(r"\{(\w+)\}")


@dataclass
class Compiler:
    """Turns the rules of one declaration into expressions, and collects the values to bind."""

    path: Path
    columns: Collection[str]
    values: dict[str, Any] = field(default_factory=dict)

    def first(self, rules: Sequence[Rule], value: Callable[[Any], Any]) -> str:
        """The value of the first rule that holds, null where none does."""
        return self._case(rules, lambda rule: self._bind(value(rule)))

    def sentence(self, rules: Sequence[Rule], words: Callable[[Any], str]) -> str:
        """The sentence of the first rule that holds, with the row's values in it."""
        return self._case(rules, lambda rule: self._filled(words(rule)))

    def every(self, rules: Sequence[Rule], words: Callable[[Any], str], between: str) -> str:
        """The texts of all rules that hold, each once, joined; empty where none does."""
        texts: dict[str, list[str]] = {}
        for rule in rules:
            texts.setdefault(words(rule), []).append(self.condition(rule))
        cases = [
            f"case when {' or '.join(conditions)} then {self._bind(text)} end"
            for text, conditions in texts.items()
        ]
        return f"concat_ws({self._bind(between)}, {', '.join(cases)})"

    def condition(self, rule: Rule) -> str:
        """True where every bound of the rule is kept; a missing value keeps none."""
        bounds = [self._bounded(rule, name, bound) for name, bound in rule.when.items()]
        return f"({' and '.join(bounds) or 'true'})"

    def _case(self, rules: Sequence[Rule], then: Callable[[Rule], str]) -> str:
        cases = [f"when {self.condition(rule)} then {then(rule)}" for rule in rules]
        return f"case {' '.join(cases)} end"

    def _bounded(self, rule: Rule, name: str, bound: Bound) -> str:
        column = self._known(name)
        if bound.at_least is not None:
            return f"coalesce({column} >= {self._bind(bound.at_least)}, false)"
        if bound.at_most is not None:
            return f"coalesce({column} <= {self._bind(bound.at_most)}, false)"
        return f"coalesce({column} = {self._bind(bound.is_)}, false)"

    def _filled(self, text: str) -> str:
        pieces = PLACE.split(text)
        parts = [
            f"cast({self._known(piece)} as varchar)" if place % 2 else self._bind(piece)
            for place, piece in enumerate(pieces)
            if piece
        ]
        return f"concat({', '.join(parts)})"

    def _known(self, name: str) -> str:
        if name not in self.columns:
            text = self.path.read_text(encoding="utf-8")
            hit = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
            line = text.count("\n", 0, hit.start()) + 1 if hit else line_of(text, [])
            expected = "one of the columns " + ", ".join(sorted(self.columns))
            raise ServiceDeclarationError(self.path.name, line, "column", name, expected)
        return name

    def _bind(self, value: Any) -> str:
        name = f"declared_{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def english(words: Words) -> str:
    """The English text."""
    return words.en


def chinese(words: Words) -> str:
    """The Chinese text."""
    return words.zh
