"""Every dbt model, seed and test: one op, so that a build starts dbt once."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from dagster_project.defs.partitions import daily, range_as_one_run
from dagster_project.defs.resources import HomeResource
from dagster_project.lib.build import build
from dagster_project.lib.dbt_project import dbt_project
from dagster_project.lib.translator import LayerTranslator

_project = dbt_project()


@dbt_assets(
    manifest=_project.manifest_path,
    project=_project,
    dagster_dbt_translator=LayerTranslator(
        DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False)
    ),
    partitions_def=daily,
    backfill_policy=range_as_one_run,
)
def dbt_models(
    context: dg.AssetExecutionContext, dbt: DbtCliResource, home: HomeResource
) -> Iterator[Any]:
    """Build the three layers in the warehouse and test them."""
    keys = context.partition_key_range
    first, last = (
        daily.time_window_for_partition_key(key).start.date() for key in (keys.start, keys.end)
    )
    is_whole = context.selected_asset_keys == context.assets_def.keys
    yield from build(context, dbt, home.settings(), (first, last), is_whole)
