"""What starts runs when something happens, and what tells people when a run fails."""

import dagster as dg

from dagster_project.defs.jobs import refresh
from dagster_project.defs.resources import HomeResource
from dagster_project.lib.alerts import failure_text, post
from dagster_project.lib.deliveries.arrivals import look
from dagster_project.lib.deliveries.profiles import ProfileError


@dg.sensor(job=refresh, minimum_interval_seconds=30)
def refresh_when_files_arrive(
    context: dg.SensorEvaluationContext, home: HomeResource
) -> dg.SensorResult | dg.SkipReason:
    """Start a run when new files lie in the deliveries folder and have stopped growing."""
    settings = home.settings()
    try:
        arrivals = look(settings, context.cursor)
    except ProfileError as error:
        return dg.SkipReason(f"A source profile cannot be used: {error}")
    if not arrivals.files:
        return dg.SkipReason("No new files (没有新文件).")
    if not arrivals.is_settled:
        return dg.SensorResult(
            skip_reason=f"{len(arrivals.files)} new files, still being written (文件未写完).",
            cursor=arrivals.sizes,
        )
    day = max(arrivals.newest_day or settings.first_partition, settings.first_partition)
    request = dg.RunRequest(run_key=arrivals.run_key, partition_key=day.isoformat())
    return dg.SensorResult(run_requests=[request], cursor=arrivals.sizes)


@dg.run_failure_sensor(monitor_all_code_locations=True)
def post_failures(context: dg.RunFailureSensorContext, home: HomeResource) -> None:
    """Post every failed run to the robot of the settings; quiet without one."""
    url = home.settings().webhook_url
    if not url:
        context.log.info("No webhook_url is set; the failure is not posted.")
        return
    run = context.dagster_run
    post(url, failure_text(run.job_name, run.run_id, context.failure_event.message or ""))
