"""Entry point of ``jiaofei``: the commands, and one clear line for every expected error."""

from __future__ import annotations

import sys

import typer
from rich.markup import escape

from dagster_project.cli.campaign import campaign
from dagster_project.cli.campaign_demo import campaign_demo
from dagster_project.cli.commission import commission
from dagster_project.cli.console import chosen_language, errors
from dagster_project.cli.demo import demo
from dagster_project.cli.profiles import profiles
from dagster_project.cli.rollback import rollback
from dagster_project.cli.run import run
from dagster_project.cli.serve import docs, ui
from dagster_project.cli.status import status
from dagster_project.cli.tags import tags
from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.commission.contracts import ContractTermsError
from dagster_project.lib.deliveries.contracts import ContractError
from dagster_project.lib.deliveries.profiles import ProfileError
from dagster_project.lib.deliveries.pseudonyms import PseudonymError
from dagster_project.lib.languages import both
from dagster_project.lib.publication.history import PublicationError
from dagster_project.lib.publication.tables import PersonalDataError
from dagster_project.lib.warehouse.connection import WarehouseBusyError
from dagster_project.settings import SettingsError

EXPECTED = (
    CampaignError, ContractError, ContractTermsError, ProfileError, PseudonymError,
    PublicationError, PersonalDataError, WarehouseBusyError, SettingsError, OSError,
)  # fmt: skip

# Of modules that single commands import, for dagster and pandas take seconds.
NAMED_LATE = (
    "RunError", "DbtParseError", "ChangeError", "NoMarketError", "PlanDeclarationError", "TagError",
)  # fmt: skip

commands = typer.Typer(
    name="jiaofei",
    help="Jiaofei 缴费: from delivered files to published tables on the efficiency of payment "
    "channels. First steps: `jiaofei demo`, then `jiaofei run`, then `jiaofei status`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (demo, campaign_demo, run, status, rollback, profiles, tags, ui, docs):
    commands.command()(command)
commands.add_typer(campaign)
commands.add_typer(commission, name="commission")


def app() -> None:
    """Run the command line; expected errors end in one line and exit code 1."""
    try:
        commands()
    except EXPECTED as error:
        _fail(error)
    except Exception as error:
        if type(error).__name__ not in NAMED_LATE:
            raise
        _fail(error)


def _fail(error: Exception) -> None:
    """Print the error in the command's language; what a library says is of one language only."""
    said = getattr(error, "said", None) or both(str(error))
    text = escape(getattr(said, chosen_language()))
    errors.print(f"[bold red]error 错误:[/] {text}", highlight=False, soft_wrap=True)
    sys.exit(1)
