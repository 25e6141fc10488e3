"""Model A: the hazard of paying a bill, day by day on its clock, with gamma frailty."""

from ml.payment_timing.bill_hazard.model import BillHazard

__all__ = ["BillHazard"]
