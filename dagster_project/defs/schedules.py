"""When runs start by the clock."""

import dagster as dg

from dagster_project.defs.jobs import refresh
from dagster_project.settings import load_settings

refresh_daily = dg.build_schedule_from_partitioned_job(
    refresh,
    name="refresh_daily",
    hour_of_day=load_settings().schedule_hour,
    description="Every night, for the day that has ended (每日定时刷新).",
)
