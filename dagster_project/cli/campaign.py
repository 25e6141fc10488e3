"""``jiaofei campaign``: list, check, plan, launch and export the home's campaigns."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from typing import Annotated, Any

import typer

from dagster_project.cli.campaign_tables import show_list, show_plan
from dagster_project.cli.console import Home, Json, Lang, language, output, say, warn
from dagster_project.lib.campaigns.export import export_contacts, repeat_export
from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.campaigns.launch import launch_campaign, plan_campaign
from dagster_project.lib.campaigns.launched import find_launched, require_unedited
from dagster_project.lib.campaigns.listing import check_all, list_campaigns
from dagster_project.lib.campaigns.reading import read_one
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.settings import load_settings

campaign = typer.Typer(
    name="campaign",
    help="Campaigns 活动: declared in the home's campaigns/*.yaml, planned, launched, exported.",
    no_args_is_help=True,
)
Code = Annotated[str, typer.Argument(help="Code of the campaign, as declared.")]


@campaign.command("list")
def list_(home: Home = None, as_json: Json = False, lang: Lang = None) -> None:
    """List the declared and the launched campaigns (活动列表)."""
    rows = list_campaigns(load_settings(home))
    if as_json:
        _print(rows)
    elif rows:
        show_list(rows)
    else:
        say("no_campaigns", lang, folder=load_settings(home).campaigns)


@campaign.command()
def check(home: Home = None, as_json: Json = False, lang: Lang = None) -> None:
    """Check every declaration; each fault names file, line, value, expectation, cure (检查声明)."""
    found = check_all(load_settings(home))
    faults = [said for each in found.values() for said in each]
    if as_json:
        _print({path: [said._asdict() for said in each] for path, each in found.items()})
    else:
        for said in faults:
            warn(getattr(said, language(lang)))
        say("checked", lang, files=len(found), faults=len(faults))
    if faults:
        raise typer.Exit(1)


@campaign.command()
def plan(code: Code, home: Home = None, as_json: Json = False, lang: Lang = None) -> None:
    """Show audience, suppressions, power and cost of a campaign; writes nothing (活动计划)."""
    settings = load_settings(home)
    made = plan_campaign(settings, read_one(settings, code))
    if as_json:
        _print(dataclasses.asdict(made))
        return
    show_plan(made, lang)


@campaign.command()
def launch(
    code: Code,
    accept_low_power: Annotated[
        bool,
        typer.Option("--accept-low-power", help="Launch although the effect may go unseen."),
    ] = False,
    home: Home = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Freeze declaration and randomised audience, for good (启动活动)."""
    settings = load_settings(home)
    launched, is_new = launch_campaign(settings, read_one(settings, code), accept_low_power)
    if as_json:
        _print({"folder": str(launched.folder), "is_new": is_new, **launched.record})
        return
    say(
        "launched" if is_new else "launched_before",
        lang,
        code=launched.campaign.tracked_code,
        customers=launched.record["plan"]["audience"],
        day=launched.launched_on,
        folder=launched.folder,
    )


@campaign.command()
def export(
    code: Code,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only contacts planned up to this day."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="The last export once more, nobody new.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Write the contact list (CSV, Excel; mode 600) of who is not exported yet (导出名单)."""
    settings = load_settings(home)
    declared = read_one(settings, code)
    launched = find_launched(settings, declared.campaign)
    if launched is None:
        raise CampaignError(_not_launched(code))
    require_unedited(declared, launched)
    if again:
        made = repeat_export(settings, launched, None)
    else:
        made = export_contacts(settings, launched, until.date() if until else None)
    if as_json:
        _print(dataclasses.asdict(made))
        return
    say("exported" if made.number else "nothing_to_export", lang, **dataclasses.asdict(made))


def _not_launched(code: str) -> Bilingual:
    return Bilingual(
        f"Campaign {code} is not launched, so it has no contacts. Run `jiaofei campaign launch "
        f"{code}` first.",
        f"活动 {code} 尚未启动，没有可导出的名单。请先运行 `jiaofei campaign launch {code}`。",
    )


def _print(content: Any) -> None:
    output.print_json(json.dumps(content, default=str, ensure_ascii=False), indent=None)
