"""Lines that are no rows: comments, and what stands after the last row.

They are taken out of the stream, kept for the control totals (``validation.totals``), and leave a
marker behind so that line numbers stay true.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dagster_project.lib.deliveries.reading.markers import ASIDE_LINE, FIELD_END, line_ends


@dataclass
class Asides:
    """Takes out lines that begin with ``comment``, and all from the first with ``footer`` on."""

    comment: str | None = None
    footer: str | None = None
    delimiter: str = ","
    strip: str = " "
    lines: list[str] = field(default_factory=list)
    footer_lines: list[str] = field(default_factory=list)

    def take_out(self, block: bytes) -> bytes:
        """Return the UTF-8 block of whole lines with a marker for every aside."""
        if self.footer:
            block = self._without_footer(block, self.footer.encode())
        if self.comment and self.comment.encode() in block:
            block = self._without_comments(block, self.comment.encode())
        return block

    def _without_footer(self, block: bytes, prefix: bytes) -> bytes:
        start = 0
        if not self.footer_lines:
            start = 0 if block.startswith(prefix) else block.find(b"\n" + prefix) + 1
            if start == 0 and not block.startswith(prefix):
                return block
        found = block[start:].decode().removesuffix("\n").split("\n")
        self.footer_lines += [line for line in found if line.strip()]
        return block[:start] + ASIDE_LINE * len(found)

    def _without_comments(self, block: bytes, prefix: bytes) -> bytes:
        data, ends = np.frombuffer(block, dtype=np.uint8), line_ends(block)
        starts = np.concatenate([[0], ends[:-1] + 1])
        pieces, position = [], 0
        for number in np.flatnonzero(data[starts] == prefix[0]):
            first, last = int(starts[number]), int(ends[number]) + 1
            if block.startswith(prefix, first, last):
                self.lines.append(block[first:last].decode().rstrip("\r\n"))
                pieces += [block[position:first], ASIDE_LINE]
                position = last
        return b"".join([*pieces, block[position:]])

    @property
    def named(self) -> dict[str, str]:
        """The values of the footer's table: a line of names, then a line of values."""
        if len(self.footer_lines) < 2:
            return {}
        names, values = (self._fields(line) for line in self.footer_lines[:2])
        return dict(zip(names, values, strict=False))

    def _fields(self, line: str) -> list[str]:
        plain = line.replace(self.delimiter, FIELD_END).replace(self.delimiter[0], FIELD_END)
        return [value.strip(self.strip) for value in plain.split(FIELD_END)]
