"""The bytes of delimited rows: one fixed-width record per row, NULs dropped on writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ml.simulation.codes import Array, Table

BLOCK_ROWS = 250_000  # rows encoded at once; bounds the memory of a large file


@dataclass(frozen=True)
class SourceFormat:
    """How the rows of one source are written."""

    source: str
    widths: Mapping[str, int]  # bytes of each column at most, in file order
    encode: Callable[[Table], Mapping[str, Array]]  # texts of each column
    file_prefix: str = ""  # default: the source
    headings: Mapping[str, str] | None = None  # default: the column names
    encoding: str = "utf-8"

    def file_name(self, label: str) -> str:
        """Name of the file of one period."""
        return f"{self.file_prefix or self.source}_{label}.csv"

    def header(self) -> bytes:
        """First line of every file."""
        names = [(self.headings or {}).get(name, name) for name in self.widths]
        return (",".join(names) + "\n").encode(self.encoding)

    def records(self, table: Table) -> Array:
        """Encode the rows as structured records; columns can be overwritten by name.

        Raises:
            ValueError: a column's texts are wider than declared and would be cut.
        """
        rows = len(next(iter(table.values())))
        last = list(self.widths)[-1]
        records = np.zeros(rows, dtype=_layout(self.widths))
        for name, texts in self.encode(table).items():
            if texts.dtype.itemsize > self.widths[name]:
                raise ValueError(
                    f"{self.source}.{name} has texts of {texts.dtype.itemsize} bytes; expected at "
                    f"most {self.widths[name]}. Widen the column in its format."
                )
            records[name] = texts
            records[f"after {name}"] = b"\n" if name == last else b","
        return records


def _layout(widths: Mapping[str, int]) -> list[tuple[str, str]]:
    fields = []
    for name, width in widths.items():
        fields += [(name, f"S{width}"), (f"after {name}", "S1")]
    return fields


def to_bytes(records: Array) -> bytes:
    """Text of the records without the NULs that pad them."""
    return records.tobytes().translate(None, b"\0")
