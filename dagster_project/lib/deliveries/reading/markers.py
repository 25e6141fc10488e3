"""Marker lines: what stands in the place of a line that must not reach the splitter of columns.

A marker is one line with too few fields, so the splitter hands it to the reject handler, which
finds the reason in it; so every line stays counted, and its neighbours are not spoiled.
"""

from __future__ import annotations

import numpy as np

MARKER = "\x1e"  # ASCII record separator: opens a replaced line
MARKER_END = "\x1f"  # ASCII unit separator: between reason and excerpt
FIELD_END = "\x1c"  # ASCII file separator: ends a field where no single character of the file does
ASIDE = "aside"  # the reason of a line that is no row: comment, header record, footer
EXCERPT_CHARACTERS = 200
ASIDE_LINE = f"{MARKER}{ASIDE}{MARKER_END}\n".encode()
SEPARATORS = ',;|\t"\r\n' + FIELD_END + MARKER_END + MARKER


def marker(reason: str, line: bytes, encoding: str) -> bytes:
    """The marker of a line, in UTF-8."""
    text = line.decode(encoding, "replace")[:EXCERPT_CHARACTERS]
    plain = "".join(" " if letter in SEPARATORS else letter for letter in text)
    return f"{MARKER}{reason}{MARKER_END}{plain}\n".encode()


def reason_of(text: str) -> tuple[str, str]:
    """The reason and the excerpt of a rejected line; a line without a marker has a wrong count."""
    if not text.startswith(MARKER):
        return "wrong_field_count", text
    reason, _, value = text[1:].partition(MARKER_END)
    return reason, value


def line_ends(block: bytes) -> np.ndarray:
    """Positions of the line ends of a block."""
    return np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n"))


def replace_lines(block: bytes, lines: list[int], reason: str) -> bytes:
    """Put a marker in the place of each of the lines of a UTF-8 block."""
    if not lines:
        return block
    ends = line_ends(block)
    pieces, start = [], 0
    for line in lines:
        first = int(ends[line - 1]) + 1 if line else 0
        last = int(ends[line]) + 1
        excerpt = block[first : min(last, first + 4 * EXCERPT_CHARACTERS)]
        pieces += [block[start:first], marker(reason, excerpt, "utf-8")]
        start = last
    return b"".join([*pieces, block[start:]])
