"""Every number that the demo province assumes, with its unit and the reason for its size.

None of them is measured at a utility: channel shares, unit prices and rates of a province are not
public.  They belong here and nowhere else; ``as_parameters`` hands them to the truth folder.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Any


def assumed(value: Any, unit: str, reason: str) -> Any:
    """Declare a dataclass field with its unit and reason."""
    return field(default=value, metadata={"unit": unit, "reason": reason})


@dataclass(frozen=True)
class People:
    """Who the customers are."""

    type_shares: tuple = assumed((0.88, 0.09, 0.01, 0.02), "share by TYPES", "mostly households")
    region_shares: tuple = assumed(
        (0.18, 0.14, 0.12, 0.10, 0.09, 0.08, 0.07, 0.06, 0.05, 0.04, 0.04, 0.03),
        "share by region R01 to R12", "one large city, a tail of counties",
    )  # fmt: skip
    prepaid: float = assumed(0.206, "share of residents and small businesses", "20 % of all")
    withholding: tuple = assumed(
        (0.18, 0.30, 0.60, 0.10), "share of post-paid by TYPES", "grows with the size of the bill"
    )
    elderly: float = assumed(0.16, "share of residents", "contract holders over 65")
    low_income: float = assumed(0.03, "share of residents", "registered low-income homes")
    new_customers: float = assumed(0.015, "share per year", "new connections")
    signers: float = assumed(0.001, "share of customers per month", "withholding is promoted")
    changed_phones: float = assumed(0.001, "share of customers per month", "routine changes")
    hour_profiles: tuple = assumed((0.3, 0.2, 0.35, 0.15), "share by HOUR_PROFILES", "work day")


@dataclass(frozen=True)
class Billing:
    """What customers owe, and when they pay it."""

    kwh_medians: tuple = assumed((180, 900, 40_000, 250), "kWh a month by TYPES", "order of size")
    kwh_between: tuple = assumed((0.55, 0.90, 1.10, 1.00), "sd of ln kWh by TYPES", "skewed use")
    kwh_within: float = assumed(0.15, "sd of ln kWh of one customer's months", "weather, absence")
    season: tuple = assumed(
        ((1.25, 1.2, 1.0, 0.85, 0.82, 0.95, 1.25, 1.3, 1.0, 0.85, 0.9, 1.1),
         (1.1, 1.05, 0.95, 0.9, 0.95, 1.1, 1.25, 1.25, 1.05, 0.92, 0.95, 1.05),
         (1.0, 0.85, 1.0, 1.0, 1.0, 1.02, 1.05, 1.05, 1.02, 1.0, 1.0, 1.0),
         (0.5, 0.5, 0.8, 1.3, 1.7, 1.9, 1.6, 1.4, 1.0, 0.8, 0.6, 0.5)),
        "times the year's mean, by TYPES and month", "heating, cooling, irrigation",
    )  # fmt: skip
    prices: tuple = assumed((0.525, 0.78, 0.68, 0.48), "yuan per kWh by TYPES", "first tier")
    resident_tiers: tuple = assumed(
        ((170, 0.05), (260, 0.25)), "from kWh a month, yuan per kWh added", "national tier rule"
    )
    reading_days: tuple = assumed(
        (3, 5, 6, 8, 10, 11, 13, 15, 17, 19, 21, 23), "day of month by region", "spread reading"
    )
    unmoved_regions: int = assumed(2, "regions, the last ones", "they read on days off too")
    days_to_pay: int = assumed(20, "days from issue to due", "usual term")
    skipped: tuple = assumed(
        (0.019, 0.019, 0.019, 0.019, 0.06), "share of bills by SEGMENTS", "paid with the next bill"
    )
    split: float = assumed(0.015, "share of bills", "paid in two parts")
    split_days: int = assumed(6, "days at most between the parts", "until the next wages")
    segments: tuple = assumed((0.30, 0.20, 0.15, 0.20, 0.15), "share by SEGMENTS", "a wide spread")
    delay_medians: tuple = assumed(
        (2.5, 1.0, 1.2, 1.5, 24.0), "days after the anchor by SEGMENTS",
        "anchors: issue, salary day, three days before month's end, reminder, issue",
    )  # fmt: skip
    delay_between: tuple = assumed(
        (0.40, 0.30, 0.30, 0.30, 0.18), "sd of ln(1 + days) between persons", "lasting habits"
    )
    delay_within: tuple = assumed(
        (0.35, 0.40, 0.40, 0.40, 0.20), "sd of ln(1 + days) of one person", "regular payers"
    )
    longest_delay: int = assumed(55, "days from issue", "disconnection follows dunning")
    salary_days: tuple = assumed((5, 10, 15), "day of month", "usual pay days")
    reminder_before_due: int = assumed(5, "days before due", "first reminder")
    debit_days: int = assumed(5, "days from issue to debit", "file exchange with the banks")
    debit_fails: float = assumed(0.02, "share of debits", "insufficient balance")
    debit_retry_days: int = assumed(3, "days", "second presentation")
    weekend_waits: float = assumed(0.12, "chance to wait a day, on days off", "paid from work")
    festival_waits: float = assumed(0.55, "chance to wait a day, Spring Festival", "families meet")
    top_up_days: tuple = assumed((30.0, 0.45), "median days of use, sd of ln", "once a month")
    threshold_days: tuple = assumed((3.0, 0.5), "median days of use, sd of ln", "low-balance alert")
    use_spread: float = assumed(0.35, "daily sd over daily mean of use", "weekends, weather")


@dataclass(frozen=True)
class Channels:
    """What customers prefer, and how well the channels work."""

    base_shares: tuple = assumed(
        ((0.22, 0.07, 0.01, 0.33, 0.21, 0.09, 0.07), (0.48, 0.08, 0.01, 0.15, 0.06, 0.02, 0.20),
         (0.29, 0.05, 0.01, 0.20, 0.20, 0.15, 0.10), (0.35, 0.05, 0.02, 0.12, 0.11, 0.34, 0.01)),
        "share by PREFERENCE_GROUPS and CHANNELS, first month", "no utility publishes its shares",
    )  # fmt: skip
    app_tilt: float = assumed(1.5, "times the app's weight, prompt payers", "notified by the app")
    late_tilt: float = assumed(1.3, "times the weight of counter and agency, late payers", "cash")
    concentration: float = assumed(2.5, "Dirichlet concentration", "persons differ strongly")
    habit: float = assumed(0.75, "chance to stay with the last channel", "habit")
    drift: tuple = assumed(
        (-0.020, -0.008, 0.0, 0.012, 0.004, 0.025, -0.012), "ln weight a month", "counter to online"
    )
    commission_response: float = assumed(
        0.5, "ln weight per percentage point of commission", "well-paid partners promote"
    )
    failed: float = assumed(0.005, "share of payments but debits", "tried again at once")
    reversals: float = assumed(0.003, "share of payments", "booked wrongly, then repeated")
    late_rows: float = assumed(0.004, "share of rows", "delivered one or two days late")
    complaints: tuple = assumed(
        (6.0, 9.0, 4.0, 1.5, 1.4, 3.5, 7.0), "per 10 000 payments by CHANNELS", "queues, machines"
    )
    outage_complaints: float = assumed(4.0, "times the rate, on a day of outage", "failed service")
    other_complaints: float = assumed(0.8, "per 10 000 customers a month", "not about paying")
    outage_days: tuple = assumed(
        (0.005, 0.04, 0.01, 0.006, 0.006, 0.02, 0.01), "share of site days by CHANNELS", "faults"
    )
    outage_minutes: float = assumed(90.0, "minutes, mean of an outage", "until repaired")
    halls: int = assumed(2, "business halls per region", "centre and county")
    kiosks: int = assumed(3, "kiosk sites per region", "halls and banks")
    extra_visits: float = assumed(0.35, "visits per online payment besides its own", "looked first")
    anonymous: float = assumed(0.4, "share of visits that only open", "not signed in")
    log_months: int = assumed(3, "months of visits and balance readings", "logs are kept 90 days")
    grades: tuple = assumed(
        (3.3, 3.4, 4.1, 4.4, 4.4, 3.9, 3.5), "mean grade by CHANNELS", "queues lower it"
    )
    wrong_fees: float = assumed(0.0005, "share of settled orders", "for the recomputation to find")


@dataclass(frozen=True)
class Marketing:
    """What campaigns do."""

    audience: float = assumed(0.10, "share of customers at most", "budget")
    holdout: float = assumed(0.20, "share of the audience", "measures the effect")
    length_days: int = assumed(40, "days", "a bill cycle and its payment term")
    delivered: float = assumed(0.95, "share of contacts", "wrong numbers")
    opened: float = assumed(0.40, "share of delivered", "usual for push messages")
    opted_out: float = assumed(0.005, "share of delivered", "a guardrail to watch")
    points: tuple = assumed(
        (2.5, 1.5, 0.0), "points of members who pay by the target channel, by ARMS", "2 to 3 points"
    )
    elderly_effect: float = assumed(0.4, "times the others' effect", "harder to move online")
    retention_days: float = assumed(120.0, "days, mean after the campaign", "effects decay")


@dataclass(frozen=True)
class Assumptions:
    """All of them."""

    people: People = People()
    billing: Billing = Billing()
    channels: Channels = Channels()
    marketing: Marketing = Marketing()

    def as_parameters(self) -> dict[str, dict[str, Any]]:
        """``{"people.prepaid": {"value": ..., "unit": ..., "reason": ...}, ...}``."""
        return {
            f"{group.name}.{item.name}": _described(getattr(self, group.name), item)
            for group in fields(self)
            for item in fields(getattr(self, group.name))
        }


def _described(owner: Any, item: Field) -> dict[str, Any]:
    return {"value": getattr(owner, item.name), **item.metadata, "is_assumption": True}
