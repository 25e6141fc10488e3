"""Landing as assets: the delivered files (external), and the typed rows that came of them."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.defs.partitions import daily, range_as_one_run
from dagster_project.defs.resources import HomeResource
from dagster_project.lib import progress
from dagster_project.lib.commission.contracts import read_contracts
from dagster_project.lib.deliveries.contracts import Contract, load_contracts
from dagster_project.lib.deliveries.ledger import Entry, Ledger
from dagster_project.lib.deliveries.session import UNRECOGNISED, LandingReport, land_deliveries
from dagster_project.lib.translator import DAILY_FRESHNESS, OWNER
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import Settings

GROUP = "data_processing"
LEDGER = dg.AssetKey(["landing", "delivery_ledger"])
QUARANTINE = dg.AssetKey(["landing", "quarantine"])


def landed_key(source: str) -> dg.AssetKey:
    """Key of a source's landed rows."""
    return dg.AssetKey(["landing", source])


def delivered_key(source: str) -> dg.AssetKey:
    """Key of a source's delivered files."""
    return dg.AssetKey(["deliveries", source])


def _columns(contract: Contract) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.landed_name, column.sql_type, f"{column.description} ({column.zh})"
            )
            for column in contract.landed
        ]
    )


def _lineage(contract: Contract) -> dg.TableColumnLineage:
    return dg.TableColumnLineage(
        {
            column.landed_name: [dg.TableColumnDep(delivered_key(contract.source), column.name)]
            for column in contract.landed
        }
    )


def _delivered(contract: Contract) -> dg.AssetSpec:
    return dg.AssetSpec(
        delivered_key(contract.source),
        description=f"One row per row of the delivered files: {contract.grain} "
        f"({contract.title['zh']}，交付文件).",
        group_name=GROUP,
        owners=[OWNER],
        kinds={"file"},
    )


def _landed(contract: Contract) -> dg.AssetSpec:
    return dg.AssetSpec(
        landed_key(contract.source),
        deps=[delivered_key(contract.source)],
        description=f"One row per {contract.grain} ({contract.title['zh']}), typed, customer "
        "numbers as pseudonyms, by delivery and business date.",
        group_name=GROUP,
        owners=[OWNER],
        kinds={"parquet"},
        metadata={"dagster/column_schema": _columns(contract)},
        skippable=True,
        partitions_def=daily,
    )


def _accounts() -> list[dg.AssetSpec]:
    sources = [landed_key(source) for source in load_contracts()]
    return [
        dg.AssetSpec(
            LEDGER,
            deps=sources,
            description="One row per delivered file: what was delivered, loaded, duplicate and "
            "quarantined (交付台账).",
            group_name=GROUP,
            owners=[OWNER],
            kinds={"sqlite", "parquet"},
            freshness_policy=DAILY_FRESHNESS,
            partitions_def=daily,
        ),
        dg.AssetSpec(
            QUARANTINE,
            deps=sources,
            description="One row per delivered row that was not loaded, with file, line, column, "
            "value and reason (隔离区).",
            group_name=GROUP,
            owners=[OWNER],
            kinds={"parquet"},
            partitions_def=daily,
        ),
    ]


def _bookkeeping(name: str, description: str) -> dg.AssetSpec:
    """A small file that every build derives from the ledger before it starts dbt."""
    return dg.AssetSpec(
        ["landing", name],
        deps=[LEDGER],
        description=description,
        group_name=GROUP,
        owners=[OWNER],
        kinds={"parquet"},
    )


changes = [
    _bookkeeping(
        "changed_days", "One row per source and day that the next build recomputes (变更日期)."
    ),
    _bookkeeping(
        "changed_customers", "One row per customer touched since the last build (变更用户)."
    ),
    _bookkeeping("declared_day", "One row: the day that the build takes for today (基准日)."),
]
delivered_files = [_delivered(contract) for contract in load_contracts().values()]


@dg.multi_asset(
    specs=[*map(_landed, load_contracts().values()), *_accounts()],
    can_subset=True,
    backfill_policy=range_as_one_run,
)
def landed_sources(
    context: dg.AssetExecutionContext, home: HomeResource
) -> Iterator[dg.MaterializeResult]:
    """Land every file that was delivered by the last day of the partition and is new."""
    settings = home.settings()
    read_contracts(settings.dbt_project)  # contracts that contradict stop a run of any kind here
    sources = {key.path[-1] for key in context.selected_asset_keys if key.path[-1] in _known()}
    if sources == _known():
        sources.add(UNRECOGNISED)
    last_day = daily.time_window_for_partition_key(context.partition_key_range.end).start.date()
    with writer_lock(settings):
        report = land_deliveries(
            settings, as_of=last_day, sources=sources, progress=progress.report
        )
    accounts = (LEDGER, QUARANTINE)  # after the sources that they account for
    for key in sorted(context.selected_asset_keys, key=lambda key: (key in accounts, key)):
        yield dg.MaterializeResult(key, metadata=_metadata(settings, key, report))


def _known() -> set[str]:
    return set(load_contracts())


def _metadata(settings: Settings, key: dg.AssetKey, report: LandingReport) -> dict[str, Any]:
    source = key.path[-1]
    rows = Ledger(settings.ledger).rows(
        "select coalesce(sum(rows_loaded), 0) as loaded, count(*) as files, "
        "coalesce(sum(rows_quarantined), 0) as quarantined from delivery "
        "where status = 'loaded' and (source = ? or ?)",
        [source, source not in _known()],
    )[0]
    entries = report.of_source(source) if source in _known() else report.entries
    count = {"delivery_ledger": "files", "quarantine": "quarantined"}.get(source, "loaded")
    metadata: dict[str, Any] = {
        "dagster/row_count": rows[count],
        "files_landed_now": len(entries),
        "files_waiting": len(report.waiting),
        "files": dg.MetadataValue.md(_as_markdown(entries)),
    }
    if source in _known():
        metadata["dagster/column_lineage"] = _lineage(load_contracts()[source])
        if not rows["files"]:
            metadata["empty_because"] = f"no file of {source} has been delivered"
    return metadata


def _as_markdown(entries: list[Entry]) -> str:
    names = ("file", "status", "delivered", "loaded", "duplicate", "quarantined")
    head = f"| {' | '.join(names)} |\n|---|---|--:|--:|--:|--:|\n"
    rows = [
        f"| {e.file_name} | {e.status} | {e.rows_delivered} | {e.rows_loaded} "
        f"| {e.rows_duplicate} | {e.rows_quarantined} |"
        for e in entries[:100]
    ]
    return head + "\n".join(rows)
