"""The declared terms of complaints in the form that the classifier takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dagster_project.lib.decisions.service.declared import FOLDER, ComplaintTerms, load

if TYPE_CHECKING:
    from ml.complaints.dictionary import Dictionary

FILE = FOLDER / "complaint_terms.yaml"


def declared_terms() -> ComplaintTerms:
    """The declaration."""
    return load(ComplaintTerms, FILE)


def dictionary_of(declared: ComplaintTerms) -> Dictionary:
    """Terms by category."""
    from ml.complaints.dictionary import Dictionary

    return Dictionary({item.code: item.terms for item in declared.categories})


def examples_of(declared: ComplaintTerms) -> list[tuple[str, int]]:
    """Declared example texts with the numbers of their categories."""
    return [
        (text, number)
        for number, item in enumerate(declared.categories)
        for text in item.examples
    ]  # fmt: skip


def needs_in(declared: ComplaintTerms, texts: list[str]) -> list[str | None]:
    """What each text asks for: the first declared need whose term occurs, None for none."""
    patterns = [(need.code, re.compile("|".join(map(re.escape, need.terms))))
                for need in declared.needs]  # fmt: skip
    return [
        next((code for code, pattern in patterns if pattern.search(text)), None) for text in texts
    ]
