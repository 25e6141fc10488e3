"""What the steps of landing one file share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from dagster_project.lib.deliveries.contracts import Contract
from dagster_project.lib.deliveries.discovery import Delivery
from dagster_project.lib.deliveries.ledger import Entry, Ledger
from dagster_project.lib.deliveries.places import Places
from dagster_project.lib.deliveries.source_profile import Profile
from dagster_project.lib.deliveries.validation.quoting import literal
from dagster_project.settings import Settings


@dataclass
class Landing:
    """One file on its way; ``connection`` is in memory, never the warehouse."""

    settings: Settings
    ledger: Ledger
    connection: duckdb.DuckDBPyConnection
    key: bytes
    contract: Contract
    delivery: Delivery
    entry: Entry

    @property
    def profile(self) -> Profile:
        """How the file is read; a file without a profile is never landed."""
        assert self.delivery.profile
        return self.delivery.profile

    @property
    def places(self) -> Places:
        """Where the delivery's rows go."""
        return Places(self.settings, self.contract.source, self.entry.delivery_id)

    @property
    def business_date(self) -> str:
        """SQL over ``checked`` for a row's business date."""
        if self.contract.business_date == "delivered_on":
            return literal(self.entry.delivered_on)
        return self.contract.columns[self.contract.business_date].landed_name


def delivery_id(source: str, delivered_on: date, sha256: str, ordinal: int) -> str:
    """Name of a delivery: the same content gets the same name wherever it is landed."""
    suffix = f"-{ordinal + 1}" if ordinal else ""
    return f"{source}-{delivered_on:%Y%m%d}-{sha256[:12]}{suffix}"
