"""The unit tests of the models: every date edge, every case, every window."""

from dagster_project.settings import Settings
from tests.warehouse.conftest import call_dbt


def test_the_models_unit_tests_pass(built: Settings) -> None:
    done = call_dbt(built, "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "PASS=" in done.stdout
