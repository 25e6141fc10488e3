"""Columns of campaigns and of their contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ml.simulation.codes import ARMS, CHANNELS, CONTACT_EVENTS, Array, Table
from ml.simulation.delivery.rows import SourceFormat
from ml.simulation.delivery.texts import Calendar, CustomerTexts, codes, money
from ml.simulation.people.campaign_plans import CREATIVES, CampaignPlan


def campaign_format(plans: Sequence[CampaignPlan], calendar: Calendar) -> SourceFormat:
    """Format of ``campaigns_*.csv``."""

    def encode(table: Table) -> Mapping[str, Array]:
        chosen = [plans[number] for number in table["campaign"]]
        return {
            "campaign_code": codes([plan.code for plan in chosen]),
            "campaign_name": codes([plan.name for plan in chosen]),
            "objective": codes([plan.objective for plan in chosen]),
            "target_channel_code": codes([CHANNELS[plan.target] for plan in chosen]),
            "contact_means": codes([plan.means for plan in chosen]),
            "starts_on": calendar.day(np.array([plan.start for plan in chosen])),
            "ends_on": calendar.day(np.array([plan.end for plan in chosen])),
            "holdout_share": codes([f"{plan.holdout:.3f}" for plan in chosen]),
            "budget_yuan": money(np.array([100 * plan.budget_yuan for plan in chosen])),
        }

    widths = {
        "campaign_code": 16, "campaign_name": 60, "objective": 40, "target_channel_code": 16,
        "contact_means": 12, "starts_on": 10, "ends_on": 10, "holdout_share": 6,
        "budget_yuan": 12,
    }  # fmt: skip
    return SourceFormat("campaigns", widths, encode)


def contact_format(
    plans: Sequence[CampaignPlan], customers: CustomerTexts, calendar: Calendar
) -> SourceFormat:
    """Format of ``campaign_contacts_*.csv``."""
    names = codes([plan.code for plan in plans] or [""])
    arms, events = codes([*ARMS, ""]), codes(CONTACT_EVENTS)  # a gateway does not know the arm
    creatives = codes(CREATIVES)

    def encode(table: Table) -> Mapping[str, Array]:
        return {
            "campaign_code": names[table["campaign"]],
            "customer_no": customers.number(table["customer"]),
            "arm": arms[table["arm"]],
            "contact_event": events[table["event"]],
            "happened_at": calendar.moment(table["day"], table["second"]),
            "content_code": creatives[table["creative"]],
        }

    widths = {
        "campaign_code": 16, "customer_no": 10, "arm": 10, "contact_event": 9, "happened_at": 19,
        "content_code": 6,
    }  # fmt: skip
    return SourceFormat("campaign_contacts", widths, encode)
