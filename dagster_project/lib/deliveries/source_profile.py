"""One source profile: how one kind of file maps to a source contract, and whether it can.

A profile names the files, their encoding and shape, and where each contract column comes from.
Its parts are in ``layouts``; where profiles come from is in ``profiles``.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from dagster_project.lib.deliveries.contracts import load_contracts
from dagster_project.lib.deliveries.layouts import (
    FixedWidth,
    Mapping,
    ProfileFaultError,
    RowFilter,
    Total,
    pattern,
)


class Profile(BaseModel):
    """One kind of delivered file."""

    model_config = ConfigDict(extra="forbid")

    name: str
    source: str
    description: dict[str, str]
    files: str
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    zip_member: str | None = None  # which file of an archive; None: it holds one
    fixed_width: FixedWidth | None = None
    delimiter: str | None = None  # of several characters: values have no quotes
    comment: str | None = None  # begins lines before, between and after the rows that are no rows
    footer_starts_with: str | None = None  # begins a line of names; a line of values follows
    totals: list[Total] = []
    quoted_newlines: bool = False  # then one open quote spoils more than its own line
    strip: str = " "  # characters taken off both ends; more than a blank costs time
    nulls: list[str] = []
    as_of: date | None = None
    columns: dict[str, Mapping]
    constants: dict[str, str] = {}
    row_filter: RowFilter | None = None
    holds_personal_data: bool = False  # then the text of a rejected line is not shown
    origin: str = "built in"

    @field_validator("files", "zip_member")
    @classmethod
    def _is_pattern(cls, value: str | None) -> str | None:
        return value if value is None else pattern(value)

    @model_validator(mode="after")
    def _fits_its_contract(self) -> Profile:
        contracts = load_contracts()
        contract = contracts.get(self.source)
        if contract is None:
            known = ", ".join(contracts)
            raise ProfileFaultError("unknown_source", "source", self.source, known=known)
        for name in [*self.columns, *self.constants]:
            if name not in contract.columns:
                known = ", ".join(contract.columns)
                raise ProfileFaultError(
                    "unknown_column", name, name, source=self.source, known=known
                )
        for column in contract.columns.values():
            given = {*self.columns, *self.constants}
            reachable = column.name in given or column.from_timestamp in given or column.default
            if column.required and not reachable:
                raise ProfileFaultError("unmapped_column", "columns", column.name)
        return self

    @model_validator(mode="after")
    def _fits_its_records(self) -> Profile:
        """Of a fixed-width file every field is known beforehand."""
        if self.fixed_width is None:
            return self
        for name in ("delimiter", "comment", "footer_starts_with"):
            if getattr(self, name):
                raise ProfileFaultError("two_shapes", name, getattr(self, name), name=name)
        for name in self.read_headings:
            if name not in self.fixed_width.detail:
                known = ", ".join(self.fixed_width.detail)
                raise ProfileFaultError("unknown_field", name, name, known=known)
        return self

    @property
    def read_headings(self) -> list[str]:
        """Every heading that the profile reads, in the order of its declarations."""
        names: list[str | None] = []
        for mapping in self.columns.values():
            for part in mapping.parts:
                names += [*part.names, part.otherwise]
            names += [mapping.minus, mapping.sign.column if mapping.sign else None]
        for total in self.totals:
            names += [total.of, total.where.column if total.where else None]
        if self.row_filter:
            names.append(self.row_filter.column)
        return [name for name in names if name]

    @property
    def digest(self) -> str:
        """Changes with any change of the declaration, and not when the code learns an option."""
        content = self.model_dump_json(exclude={"origin"}, exclude_defaults=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]
