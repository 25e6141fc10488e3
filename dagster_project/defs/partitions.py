"""The one partitioning of the project: the day on which something was delivered.

Everything that lay in the deliveries folder before the first partition belongs to it: a utility's
history is delivered once, and daily from then on.
"""

import dagster as dg

from dagster_project.settings import load_settings

_settings = load_settings()

daily = dg.DailyPartitionsDefinition(
    start_date=_settings.first_partition.isoformat(),
    timezone=_settings.timezone,
    end_offset=1,  # today's partition exists today: channels deliver through the day
)
range_as_one_run = dg.BackfillPolicy.single_run()
