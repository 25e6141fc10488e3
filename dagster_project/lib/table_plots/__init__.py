"""Pictures of the tables that dbt builds, for the pages of their assets: queries and charts.

One query each, over a table that is aggregated or over one column of it, drawn only when the table
was built; a picture costs 50 ms of every day's run, so there are few. What Python decides or fits
has its pictures beside the decision or the model.
"""

from dagster_project.lib.table_plots.registry import PLOTS, drawn

__all__ = ["PLOTS", "drawn"]
