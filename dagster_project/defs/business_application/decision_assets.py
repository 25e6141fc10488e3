"""Every decision as assets, from one factory over their registry.

The weekly ones carry the tag ``decided: weekly``: they are taken after a refit, for what they rest
on changes with it, and a customer is not to be told something else every day.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.defs.partitions import range_as_one_run
from dagster_project.defs.python_tables import as_of, declared_spec, plots
from dagster_project.defs.resources import HomeResource
from dagster_project.lib.dbt_project import dbt_project, manifest
from dagster_project.lib.decisions.deciding import decide
from dagster_project.lib.decisions.registry import DECISIONS
from dagster_project.lib.decisions.spec import DecisionSpec
from dagster_project.lib.models.declared import DECIDED, declared_tables
from dagster_project.settings import load_settings

GROUP = "business_application"
WEEKLY = {"decided": "weekly"}

dbt_project()  # the manifest is there and current
_declared = declared_tables(manifest(load_settings()), DECIDED)


def key(table: str) -> dg.AssetKey:
    """Key of a decided table."""
    return dg.AssetKey([DECIDED, table])


def decision_asset(spec: DecisionSpec) -> dg.AssetsDefinition:
    """Take the decision, and say of every table what it holds."""
    deps = [dg.AssetKey(table.split(".")) for table in spec.reads]
    tags = {"tags": WEEKLY} if spec.is_weekly else {}
    options = spec.options

    @dg.multi_asset(
        name=f"{spec.name}_decided",
        specs=[declared_spec(_declared[table], GROUP, deps, **tags) for table in spec.writes],
        check_specs=[
            dg.AssetCheckSpec(
                check.name,
                asset=key(check.table),
                blocking=check.blocking,
                description=check.description,
            )
            for check in spec.checks
        ],
        backfill_policy=range_as_one_run,
    )
    def decided(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        config: options,  # type: ignore[valid-type]
    ) -> Iterator[Any]:
        settings = home.settings()
        taken, counts = decide(settings, spec, as_of(settings, context), dict(config))
        for table, result in taken.tables.items():
            metadata: dict[str, Any] = {"dagster/row_count": counts[table]} | plots(result.plots)
            if result.empty_because:
                metadata["empty_because"] = result.empty_because
            yield dg.MaterializeResult(key(table), metadata=metadata)
        for check in spec.checks:
            found = taken.checks[check.name]
            yield dg.AssetCheckResult(
                asset_key=key(check.table),
                check_name=check.name,
                passed=found.passed,
                metadata=found.metadata,
            )

    return decided


@dg.definitions
def decisions() -> dg.Definitions:
    """The assets of every decision."""
    return dg.Definitions(assets=[decision_asset(spec) for spec in DECISIONS])
