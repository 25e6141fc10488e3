"""When a bill is paid: the anchor of the payer's segment, plus a lognormal delay.

ln(1 + days after the anchor) is normal with the person's mean and the segment's sd.  Anchors:
``prompt`` and ``late`` the day of issue; ``salary_day`` the next pay day; ``month_end`` three
days before the month's end; ``reminder_driven`` the reminder before the due day.
"""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import Billing
from ml.simulation.codes import (
    BANK,
    COUNTER,
    MONTH_END,
    REMINDER_DRIVEN,
    SALARY_DAY,
    Array,
)
from ml.simulation.horizon import LEAD, Horizon
from ml.simulation.people.population import Population

MONTH_END_DAYS = 3
LONGEST_WAIT_DAYS = 6  # in a row, before a person pays in spite of the holiday


class PayDays:
    """Turns days of issue into days of payment."""

    def __init__(self, population: Population, horizon: Horizon, assumed: Billing) -> None:
        self.population, self.horizon, self.assumed = population, horizon, assumed
        self.wait_chance = np.where(
            horizon.is_festival,
            assumed.festival_waits,
            np.where(horizon.is_workday, 0.0, assumed.weekend_waits),
        ).astype(np.float32)

    def typical(self, customer: Array, issued: Array) -> Array:
        """The person's median day of payment, holidays apart."""
        delay = np.expm1(self.population.delay_mean[customer])
        return self._day(customer, issued, delay)

    def draw(self, customer: Array, issued: Array, random: np.random.Generator) -> Array:
        """Draw the day on which each person wants to pay."""
        spread = np.asarray(self.assumed.delay_within, np.float32)[
            self.population.segment[customer]
        ]
        noise = random.standard_normal(len(customer), dtype=np.float32)
        return self._day(
            customer, issued, np.expm1(self.population.delay_mean[customer] + spread * noise)
        )

    def debit(self, issued: Array) -> Array:
        """Day on which the bank debits."""
        return self.horizon.next_workday[issued + self.assumed.debit_days + LEAD]

    def postponed(self, day: Array, channel: Array, random: np.random.Generator) -> Array:
        """Days off and the Spring Festival make people wait; counters open on workdays only."""
        day = day.copy()
        waiting = np.flatnonzero(channel != BANK)
        for _ in range(LONGEST_WAIT_DAYS):
            chance = self.wait_chance[day[waiting] + LEAD]
            waiting = waiting[chance > 0]
            chance = chance[chance > 0]
            waiting = waiting[random.random(len(waiting), dtype=np.float32) < chance]
            day[waiting] += 1
        return np.where(channel == COUNTER, self.horizon.next_workday[day + LEAD], day)

    def _day(self, customer: Array, issued: Array, delay: Array) -> Array:
        wait = self._anchor(customer, issued) + np.maximum(delay, 0)
        return issued + np.minimum(np.rint(wait), self.assumed.longest_delay).astype(np.int32)

    def _anchor(self, customer: Array, issued: Array) -> Array:
        """Days from issue to the segment's anchor."""
        segment, place = self.population.segment[customer], issued + LEAD
        anchor = np.zeros(len(issued), dtype=np.int32)
        reminder = self.assumed.days_to_pay - self.assumed.reminder_before_due
        anchor[segment == REMINDER_DRIVEN] = reminder
        left = np.maximum(self.horizon.days_to_month_end - MONTH_END_DAYS, 0)
        anchor = np.where(segment == MONTH_END, left[place], anchor)
        for choice, day_of_month in enumerate(self.assumed.salary_days):
            chosen = (segment == SALARY_DAY) & (self.population.salary_choice[customer] == choice)
            anchor = np.where(chosen, self.horizon.days_until(day_of_month)[place], anchor)
        return anchor
