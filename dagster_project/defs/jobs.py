"""The one job: everything from delivered files to the published snapshot."""

import dagster as dg

from dagster_project.defs.partitions import daily

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    partitions_def=daily,
    description="Land what was delivered, build and test the three layers, publish (每日刷新).",
)
