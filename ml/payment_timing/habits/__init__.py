"""Habit classes: customers whose delays look alike share a hazard of the coming days."""

from ml.payment_timing.habits.model import HabitClasses

__all__ = ["HabitClasses"]
