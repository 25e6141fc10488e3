"""The one job: everything from delivered files to the published snapshot."""

import dagster as dg

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Land what was delivered, build and test the three layers, publish (每日刷新).",
)
