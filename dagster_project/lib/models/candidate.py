"""What fitting a model gives: parameters, how it was judged, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

# A fitted model is these rows: numbers, or words such as the name of a segment.
PARAMETERS = pa.schema(
    [
        ("position", pa.int64()),  # tables know no order, and some models read theirs in order
        ("component", pa.string()),  # part of the model
        ("stratum", pa.int32()),  # of customers or series; -1: of all
        ("name", pa.string()),
        ("index", pa.int32()),  # position in a vector
        ("value", pa.float64()),
        ("text", pa.string()),
    ]
)


@dataclass(frozen=True)
class Verdict:
    """Whether a candidate may replace the release, and why, in both languages."""

    decision: str  # promoted, rejected or refused
    reason_en: str
    reason_zh: str

    @property
    def is_promoted(self) -> bool:
        """The candidate becomes the release."""
        return self.decision == "promoted"


@dataclass(frozen=True)
class Validation:
    """One figure by which a candidate was judged."""

    component: str  # the model or candidate within the family
    metric: str
    value: float | None
    segment: str = "all"
    champion: str = ""  # what it is compared with
    champion_value: float | None = None
    difference_low: float | None = None  # 95 % interval of value - champion_value, paired
    difference_high: float | None = None
    bar: str = ""
    is_met: bool | None = None


@dataclass(frozen=True)
class Candidate:
    """A fitted model that has not been released; no parameters when fitting was refused."""

    parameters: pa.Table
    verdict: Verdict
    validations: list[Validation] = field(default_factory=list)
    backtests: pa.Table | None = None
    plots: dict[str, str] = field(default_factory=dict)  # title -> Markdown


ParameterValues = tuple[str, int, str, int, float | None, str | None]


def parameter_table(rows: Iterable[ParameterValues]) -> pa.Table:
    """Rows of (component, stratum, name, index, value, text) as a table of parameters."""
    numbered = [(position, *row) for position, row in enumerate(rows)]
    if not numbered:
        return PARAMETERS.empty_table()
    columns = zip(*numbered, strict=True)
    arrays = [pa.array(values, kind.type) for values, kind in zip(columns, PARAMETERS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=PARAMETERS)


def refused(code: str, reason_en: str, reason_zh: str) -> Candidate:
    """No model can be fitted on these data, for the reason given."""
    verdict = Verdict("refused", f"{code}: {reason_en}", f"{code}：{reason_zh}")
    return Candidate(PARAMETERS.empty_table(), verdict)
