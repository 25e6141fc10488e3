"""When runs start by the clock."""

from datetime import timedelta

import dagster as dg

from dagster_project.defs.jobs import finish, refit, refresh
from dagster_project.defs.partitions import daily
from dagster_project.settings import load_settings

_settings = load_settings()

refresh_daily = dg.build_schedule_from_partitioned_job(
    refresh,
    name="refresh_daily",
    hour_of_day=_settings.schedule_hour,
    description="Every night, for the day that has ended (每日定时刷新).",
)


@dg.schedule(
    job=refit,
    cron_schedule=f"0 {(_settings.schedule_hour + 2) % 24} * * 0",  # Sunday, after the refresh
    execution_timezone=_settings.timezone,
    description="Every Sunday: fit the models anew on the week's data (每周定时拟合).",
)
def refit_weekly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Fit on the tables of the day that has ended."""
    return _of_the_day_before(context)


@dg.schedule(
    job=finish,
    cron_schedule=f"0 {(_settings.schedule_hour + 4) % 24} * * 0",  # Sunday, after the refit
    execution_timezone=_settings.timezone,
    description="Every Sunday: score with the new models, take the weekly decisions anew, publish "
    "(每周定时决策).",
)
def decide_weekly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Decide on the tables of the day that has ended."""
    return _of_the_day_before(context)


def _of_the_day_before(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    ended = (context.scheduled_execution_time - timedelta(days=1)).date()
    partition = max(ended.isoformat(), daily.get_first_partition_key() or "")
    return dg.RunRequest(run_key=partition, partition_key=partition)
