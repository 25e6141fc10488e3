"""Writing files: rows gather until their period is over, then each file appears at once.

Encoding runs in threads beside the simulation; what a file holds depends on neither.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ml.simulation.codes import Array, Table, concat, rows_of, take
from ml.simulation.delivery.faults import (
    KEEP_FOR_NEXT,
    FaultPlan,
    PlantedFaults,
    insert,
    plant_faults,
)
from ml.simulation.delivery.periods import Period
from ml.simulation.delivery.rows import BLOCK_ROWS, SourceFormat, to_bytes
from ml.simulation.randomness import stream

WRITERS = 2
PENDING_FILES = 3  # at most; bounds the memory


@dataclass(frozen=True)
class WrittenFile:
    """One file and what it holds; rows include the faulty ones."""

    name: str
    source: str
    rows: int
    bytes: int
    faults: PlantedFaults | None


class FileWriter:
    """Writes files into one folder, some at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.pool = ThreadPoolExecutor(WRITERS)
        self.pending: list[Future[WrittenFile]] = []
        self.written: list[WrittenFile] = []

    def submit(
        self, form: SourceFormat, label: str, table: Table, faults: PlantedFaults | None
    ) -> None:
        """Write the file soon; waits when too many files are pending."""
        while len(self.pending) >= PENDING_FILES:
            self.written.append(self.pending.pop(0).result())
        self.pending.append(self.pool.submit(self._write, form, label, table, faults))

    def finish(self) -> list[WrittenFile]:
        """Wait for every file; the list is in order of submission."""
        self.written += [future.result() for future in self.pending]
        self.pending = []
        self.pool.shutdown()
        return self.written

    def _write(
        self, form: SourceFormat, label: str, table: Table, faults: PlantedFaults | None
    ) -> WrittenFile:
        """Write under a hidden name, then rename: nobody sees half a file."""
        path = self.folder / form.file_name(label)
        partial = path.with_name(f".{path.name}.part")
        rows = rows_of(table)
        with partial.open("wb") as handle:
            handle.write(form.header())
            for start in range(0, rows, BLOCK_ROWS):
                stop = min(start + BLOCK_ROWS, rows)
                block = {name: values[start:stop] for name, values in table.items()}
                records = form.records(block)
                if faults is not None:
                    records = insert(records, faults, start, stop == rows)
                handle.write(to_bytes(records))
            size = handle.tell()
        partial.replace(path)
        planted = len(faults.kinds) if faults else 0
        return WrittenFile(path.name, form.source, rows + planted, size, faults)


@dataclass
class Feed:
    """The rows of one source on their way into files, by their column ``arrival`` (or ``day``)."""

    form: SourceFormat
    writer: FileWriter
    seed: int
    fault_plan: FaultPlan | None = None
    waiting: list[Table] = field(default_factory=list)
    last_rows: Table | None = None  # of the previous file, for faults across files

    def add(self, table: Table) -> None:
        """Take rows, in order of time."""
        if rows_of(table):
            self.waiting.append(table)

    def flush(self, periods: list[Period]) -> None:
        """Write the files of these periods; rows that arrive later stay."""
        if not self.waiting or not periods:
            return
        rows = concat(self.waiting) if len(self.waiting) > 1 else self.waiting[0]
        arrival = rows.get("arrival", rows["day"])
        for period in periods:
            chosen = (arrival >= period.start) & (arrival <= period.end)
            if chosen.any():
                self._deliver(period.label, take(rows, chosen))
        left = take(rows, arrival > periods[-1].end)
        self.waiting = [left] if rows_of(left) else []

    def _deliver(self, label: str, table: Table) -> None:
        faults = None
        if self.fault_plan is not None:
            random = stream(self.seed, f"faults {self.form.source} {label}")
            faults = plant_faults(self.form, self.fault_plan, table, self.last_rows, label, random)
            self.last_rows = take(table, self._sample(rows_of(table), random))
        self.writer.submit(self.form, label, table, faults)

    def _sample(self, rows: int, random: np.random.Generator) -> Array:
        assert self.fault_plan is not None
        size = min(rows, KEEP_FOR_NEXT + int(rows * self.fault_plan.rate))
        return np.unique(random.integers(0, rows, size))
