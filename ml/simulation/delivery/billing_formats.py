"""Columns of bills, payments, settlements and meter balances."""

from __future__ import annotations

from collections.abc import Mapping

from ml.simulation.billing.payments import NUMBERS_PER_MONTH
from ml.simulation.codes import CHANNELS, MEANS, STATUSES, Array, Table
from ml.simulation.delivery.rows import SourceFormat
from ml.simulation.delivery.texts import Calendar, CustomerTexts, codes, money, plain, tenths


def bill_format(customers: CustomerTexts, calendar: Calendar) -> SourceFormat:
    """Format of ``bills_*.csv``."""

    def encode(table: Table) -> Mapping[str, Array]:
        return {
            "bill_no": customers.bill(table["bill_month"], table["customer"]),
            "customer_no": customers.number(table["customer"]),
            "bill_month": calendar.month(table["bill_month"]),
            "issued_on": calendar.day(table["day"]),
            "due_on": calendar.day(table["due"]),
            "amount_yuan": money(table["fen"]),
            "energy_kwh": plain(table["kwh"]),
        }

    widths = {
        "bill_no": 16, "customer_no": 10, "bill_month": 7, "issued_on": 10, "due_on": 10,
        "amount_yuan": 16, "energy_kwh": 16,
    }  # fmt: skip
    return SourceFormat("bills", widths, encode)


def payment_format(customers: CustomerTexts, calendar: Calendar) -> SourceFormat:
    """Format of ``payments_*.csv``."""
    channels, means, statuses = codes(CHANNELS), codes(MEANS), codes(STATUSES)

    def encode(table: Table) -> Mapping[str, Array]:
        return {
            "payment_no": calendar.numbered(table["number"], NUMBERS_PER_MONTH, 8),
            "customer_no": customers.number(table["customer"]),
            "paid_at": calendar.moment(table["day"], table["second"]),
            "amount_yuan": money(table["fen"]),
            "channel_code": channels[table["channel"]],
            "settlement_means": means[table["means"]],
            "payment_status": statuses[table["status"]],
            "bill_no": customers.bill(table["bill_month"], table["customer"]),
        }

    widths = {
        "payment_no": 14, "customer_no": 10, "paid_at": 19, "amount_yuan": 16,
        "channel_code": 16, "settlement_means": 12, "payment_status": 8, "bill_no": 16,
    }  # fmt: skip
    return SourceFormat("payments", widths, encode)


def settlement_format(calendar: Calendar) -> SourceFormat:
    """Format of ``settlements_*.csv``."""
    channels = codes(CHANNELS)

    def encode(table: Table) -> Mapping[str, Array]:
        return {
            "order_no": calendar.numbered(table["number"], NUMBERS_PER_MONTH, 8),
            "channel_code": channels[table["channel"]],
            "amount_yuan": money(table["fen"]),
            "fee_yuan": money(table["fee_fen"]),
            "settled_on": calendar.day(table["day"]),
        }

    widths = {
        "order_no": 14, "channel_code": 16, "amount_yuan": 12, "fee_yuan": 12, "settled_on": 10,
    }  # fmt: skip
    return SourceFormat("settlements", widths, encode)


def balance_format(customers: CustomerTexts, calendar: Calendar) -> SourceFormat:
    """Format of ``meter_balances_*.csv``."""

    def encode(table: Table) -> Mapping[str, Array]:
        return {
            "customer_no": customers.number(table["customer"]),
            "read_on": calendar.day(table["day"]),
            "balance_yuan": money(table["fen"]),
            "energy_kwh": tenths(table["tenth_kwh"]),
        }

    widths = {"customer_no": 10, "read_on": 10, "balance_yuan": 12, "energy_kwh": 12}
    return SourceFormat("meter_balances", widths, encode)
