"""The outcomes of a campaign: what each counts, and the least effect that would matter.

Sums of them come from ``platform_support.campaign_outcome_sums``; wording of notes lies in
``notes``.
"""

from __future__ import annotations

from dataclasses import dataclass

CAMPAIGN = "campaign"
DAYS_TO_PAY = "days_to_pay"
HORIZONS = {CAMPAIGN: None, "after_1_bill": 1, "after_3_bills": 3, "after_6_bills": 6}


@dataclass(frozen=True)
class Outcome:
    """One outcome; ``of_interest`` is in its unit, and the power is stated for it."""

    name: str
    of_interest: float
    is_lower_better: bool = False
    horizons: tuple[str, ...] = (CAMPAIGN,)


# Published payment reminders move 2 to 3 points, so the power is stated for 2.  Guardrails are
# watched for half a point; money for what a message costs, about 0.1 yuan a customer.
OUTCOMES = (
    Outcome("paid_through_target", 0.02, horizons=tuple(HORIZONS)),
    Outcome("relocated", 0.02, horizons=(CAMPAIGN, "after_3_bills", "after_6_bills")),
    Outcome("on_time", 0.02),
    Outcome(DAYS_TO_PAY, 1.0, is_lower_better=True),
    Outcome("fee_saved_yuan", 0.1),
    Outcome("cost_saved_yuan", 0.1),
    Outcome("complaints", 0.005, is_lower_better=True),
    Outcome("opted_out", 0.005, is_lower_better=True),
    Outcome("paid", 0.02),
)
PRIMARY = OUTCOMES[0].name
BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}
ASKED = [(outcome.name, horizon) for outcome in OUTCOMES for horizon in outcome.horizons]
