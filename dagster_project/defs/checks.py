"""Python checks at the edges of the graph; tests of the tables themselves are dbt's."""

import dagster as dg

from dagster_project.defs.data_processing.landed_sources import LEDGER, landed_key
from dagster_project.defs.resources import HomeResource
from dagster_project.lib.deliveries.accounting import landed_as_booked, unbalanced
from dagster_project.lib.publication.audit import snapshot_differences


@dg.asset_check(asset=LEDGER, blocking=True)
def every_delivered_row_is_accounted_for(home: HomeResource) -> dg.AssetCheckResult:
    """Per file: delivered = loaded + duplicate + quarantined, and the quarantine holds them."""
    wrong = unbalanced(home.settings())
    return dg.AssetCheckResult(passed=not wrong, metadata={"wrong": wrong[:20]})


@dg.asset_check(asset=landed_key("payments"), blocking=True)
def landed_rows_are_as_booked(home: HomeResource) -> dg.AssetCheckResult:
    """The landed Parquet holds just the rows that the ledger says, delivery by delivery."""
    wrong = landed_as_booked(home.settings())
    return dg.AssetCheckResult(passed=not wrong, metadata={"wrong": wrong[:20]})


@dg.asset_check(asset=LEDGER)
def no_file_was_rejected(home: HomeResource) -> dg.AssetCheckResult:
    """Files of which nothing could be loaded; a warning, for the others are loaded."""
    wrong = unbalanced(home.settings(), rejected_only=True)
    return dg.AssetCheckResult(
        passed=not wrong, severity=dg.AssetCheckSeverity.WARN, metadata={"rejected": wrong[:20]}
    )


@dg.asset_check(asset=dg.AssetKey(["published", "snapshot"]), blocking=True)
def snapshot_equals_the_warehouse(home: HomeResource) -> dg.AssetCheckResult:
    """Every published table of the current snapshot has the rows that its manifest states."""
    wrong = snapshot_differences(home.settings())
    return dg.AssetCheckResult(passed=not wrong, metadata={"wrong": wrong[:20]})
