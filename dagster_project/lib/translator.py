"""How a dbt resource becomes a Dagster asset: key, group, owner, kinds, columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

LAYERS = ("data_processing", "platform_support", "business_application")
OWNER = "team:data-platform"
DAILY_FRESHNESS = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=36),  # a day's run, half a day late
    warn_window=timedelta(hours=27),  # the run started, but has not ended in the night
)


class LayerTranslator(DagsterDbtTranslator):
    """Asset key = where the data is, group = layer."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Return the asset of a model, seed or source."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        resource = manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]
        is_source = unique_id.startswith("source.")
        schema = resource["source_name"] if is_source else resource["schema"]
        spec = spec.replace_attributes(
            key=dg.AssetKey([schema, resource["name"]]),
            group_name="data_processing" if is_source else resource["schema"],
            owners=[OWNER],
            kinds={"duckdb"} if is_source else {"dbt", "duckdb", _kind(resource)},
        )
        if resource["schema"] == "business_application" and not is_source:
            spec = spec.replace_attributes(freshness_policy=DAILY_FRESHNESS)
        return spec


def _kind(resource: Mapping[str, Any]) -> str:
    is_seed = resource["resource_type"] == "seed"
    return "seed" if is_seed else str(resource["config"]["materialized"])
