"""Every dbt model, seed and test, as two ops: what needs no fitted model, and what one feeds.

Two, because the models of layer 2 are fitted and scored in Python between them; not more, because
every op starts dbt once.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslatorSettings, dbt_assets

from dagster_project.defs.partitions import daily, range_as_one_run
from dagster_project.defs.resources import HomeResource
from dagster_project.lib.build import build, build_fitted
from dagster_project.lib.dbt_project import dbt_project
from dagster_project.lib.dbt_resource import ProjectDbt
from dagster_project.lib.translator import LayerTranslator

FED_BY_MODELS = "tag:fed_by_models"  # set by folder in dbt_project.yml

_project = dbt_project()
_translator = LayerTranslator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False))


@dbt_assets(
    manifest=_project.manifest_path,
    project=_project,
    exclude=FED_BY_MODELS,
    dagster_dbt_translator=_translator,
    partitions_def=daily,
    backfill_policy=range_as_one_run,
)
def dbt_models(
    context: dg.AssetExecutionContext, dbt: ProjectDbt, home: HomeResource
) -> Iterator[Any]:
    """Build the three layers in the warehouse and test them."""
    keys = context.partition_key_range
    first, last = (
        daily.time_window_for_partition_key(key).start.date() for key in (keys.start, keys.end)
    )
    is_whole = context.selected_asset_keys == context.assets_def.keys
    yield from build(context, dbt, home.settings(), (first, last), is_whole)


@dbt_assets(
    manifest=_project.manifest_path,
    project=_project,
    select=FED_BY_MODELS,
    dagster_dbt_translator=_translator,
    partitions_def=daily,
    backfill_policy=range_as_one_run,
)
def dbt_models_fed_by_models(
    context: dg.AssetExecutionContext, dbt: ProjectDbt, home: HomeResource
) -> Iterator[Any]:
    """Build and test the published tables whose rows a fitted model has scored."""
    yield from build_fitted(context, dbt, home.settings())
