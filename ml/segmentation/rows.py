"""Fitted parameters as long rows (name, index, value): what is stored instead of a pickle.

Index is -1 for a scalar; a matrix is stored flat, row by row. A value is a number or a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ParameterRow:
    """One stored number or text; exactly one of ``value`` and ``text`` is set."""

    name: str
    index: int
    value: float | None
    text: str | None = None


class StoredModelError(ValueError):
    """Stored rows from which no model can be rebuilt."""


def number_rows(name: str, values: Iterable[float]) -> Iterator[ParameterRow]:
    """One row per number."""
    for index, value in enumerate(values):
        yield ParameterRow(name, index, float(value))


def text_rows(name: str, texts: Iterable[str]) -> Iterator[ParameterRow]:
    """One row per text."""
    for index, text in enumerate(texts):
        yield ParameterRow(name, index, None, text)


class Stored:
    """Rows read back, by name, in the order of their index whatever the order they come in."""

    def __init__(self, rows: Iterable[ParameterRow]) -> None:
        """Raises ``StoredModelError`` where an index is missing or there twice."""
        self._rows: dict[str, list[ParameterRow]] = {}
        for row in rows:
            self._rows.setdefault(row.name, []).append(row)
        for name, kept in self._rows.items():
            kept.sort(key=lambda row: row.index)
            found = [row.index for row in kept]
            if found != list(range(len(kept))):
                raise StoredModelError(
                    f"rows named {name!r} have the indices {found[:12]}; expected 0 to "
                    f"{len(kept) - 1}, each once: the release is incomplete, refit it"
                )

    def names(self, prefix: str) -> list[str]:
        """The names that begin with the prefix, without it."""
        return [name.removeprefix(prefix) for name in self._rows if name.startswith(prefix)]

    def numbers(self, name: str) -> NDArray[np.float64]:
        """The numbers under a name; empty where none was stored."""
        return np.array([row.value for row in self._rows.get(name, [])], dtype=np.float64)

    def number(self, name: str) -> float:
        """The one number under a name."""
        found = self.numbers(name)
        if len(found) != 1:
            raise StoredModelError(
                f"stored model holds {len(found)} rows named {name!r}, expected one; "
                "the release is incomplete: refit it"
            )
        return float(found[0])

    def texts(self, name: str) -> list[str]:
        """The texts under a name; empty where none was stored."""
        return [row.text or "" for row in self._rows.get(name, [])]
