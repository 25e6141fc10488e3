"""The one error of a declaration that cannot be used."""

from __future__ import annotations


class DeclarationError(ValueError):
    """Names the place in the declaration, the value, what was expected, and the cure."""

    def __init__(self, where: str, value: object, expected: str, cure: str) -> None:
        super().__init__(f"{where}: {value!r} found, {expected} expected; {cure}")
        self.where = where
        self.value = value
        self.expected = expected
        self.cure = cure
