"""Builders of customers with known segments, for the tests of the segmentation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

FAMILIES = ("counter", "kiosk", "bank", "wechat", "alipay", "app", "other")
# Of each kind: main family, mean ln(1 + days from bill), share late, yuan per bill, share at night.
KINDS = (
    ("counter", 3.2, 0.8, 60.0, 0.05),
    ("wechat", 1.0, 0.02, 120.0, 0.7),
    ("bank", 1.8, 0.0, 900.0, 0.0),
    ("app", 2.5, 0.2, 250.0, 0.4),
)


def customers(size: int = 1200, seed: int = 0, first_id: int = 0) -> pa.Table:
    """Customers of four well-separated kinds in turn (customer i is of kind i mod 4)."""
    random = np.random.default_rng(seed)
    kind = np.arange(size) % len(KINDS)
    main = np.array([FAMILIES.index(k[0]) for k in KINDS])[kind]
    delay, late, yuan, night = (np.array([k[j] for k in KINDS])[kind] for j in (1, 2, 3, 4))
    bills = np.full(size, 12)
    shares = np.full((size, len(FAMILIES)), 0.01)
    shares[np.arange(size), main] = 0.94
    counts = random.multinomial(12, shares)
    logs = np.maximum(random.normal(delay[:, None], 0.25, (size, 12)), 0)
    amounts = yuan[:, None] * random.lognormal(0, 0.2, (size, 12))
    late_bills = random.binomial(bills, late)
    columns: dict[str, Any] = {
        "customer_id": np.arange(first_id, first_id + size),
        "customer_type": np.where(yuan > 500, "industry", "resident"),
        "is_prepaid": np.zeros(size, dtype=bool),
        "payments": bills,
        "amount_sum": amounts.sum(axis=1),
        "amount_square_sum": (amounts**2).sum(axis=1),
        "bills": bills,
        "matched_payments": bills,
        "delay_log_sum": logs.sum(axis=1),
        "delay_log_square_sum": (logs**2).sum(axis=1),
        "due_payments": bills,
        "late_payments": late_bills,
        "arrears_days": late_bills * 9,
        "online_payments": counts[:, 3:6].sum(axis=1),
        "timed_payments": bills,
        "night_payments": random.binomial(bills, night),
        "weekend_payments": random.binomial(bills, 2 / 7),
        "complaints": random.poisson(0.02, size),
        "contacts": random.poisson(0.2, size),
    }
    columns |= {f"{name}_payments": counts[:, j] for j, name in enumerate(FAMILIES)}
    return pa.table(columns)


BILLED = (
    "bills",
    "matched_payments",
    "delay_log_sum",
    "delay_log_square_sum",
    "due_payments",
    "late_payments",
    "arrears_days",
)


def prepaid(table: pa.Table, who: np.ndarray) -> pa.Table:
    """The table in which the customers ``who`` (a mask) top up a meter and get no bills."""
    table = replaced(table, "is_prepaid", who)
    for name in BILLED:
        table = replaced(table, name, np.where(who, 0, table.column(name).to_numpy()))
    return table


def kinds(table: pa.Table) -> np.ndarray:
    """The true kind of each customer."""
    return table.column("customer_id").to_numpy() % len(KINDS)


def replaced(table: pa.Table, name: str, values: Any) -> pa.Table:
    """The table with one column replaced."""
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def without(table: pa.Table, *names: str) -> pa.Table:
    """The table without the columns."""
    return table.drop_columns(list(names))
