"""What the assets work with: the home's settings and dbt."""

import dagster as dg

from dagster_project.lib.dbt_project import DBT, dbt_project
from dagster_project.lib.dbt_resource import ProjectDbt
from dagster_project.settings import Settings, load_settings


class HomeResource(dg.ConfigurableResource):
    """The home folder of this installation and its settings."""

    home: str

    def settings(self) -> Settings:
        """Read the settings of the home."""
        return load_settings(self.home)


@dg.definitions
def resources() -> dg.Definitions:
    """Bind the resources of this code location."""
    return dg.Definitions(
        resources={
            "home": HomeResource(home=str(load_settings().home)),
            "dbt": ProjectDbt(project_dir=dbt_project(), dbt_executable=DBT),
        },
        executor=dg.in_process_executor,  # one writer: processes would only wait for each other
    )
