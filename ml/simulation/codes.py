"""The codes of the demo province, and the whole numbers that stand for them in arrays."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray
Table: TypeAlias = dict[str, np.ndarray]  # columns of equal length

CHANNELS = ("counter", "kiosk", "bank_withholding", "wechat", "alipay", "app", "agency")
COUNTER, KIOSK, BANK, WECHAT, ALIPAY, APP, AGENCY = range(len(CHANNELS))
CHANNEL_NAMES_ZH = ("营业厅柜台", "自助终端", "银行代扣", "微信", "支付宝", "网上国网", "社会网点")
ONLINE = (WECHAT, ALIPAY, APP)
SETTLED = (BANK, WECHAT, ALIPAY, APP, AGENCY)  # their money arrives by settlement file

TYPES = ("resident", "small_business", "industry", "agriculture")
RESIDENT, SMALL_BUSINESS, INDUSTRY, AGRICULTURE = range(len(TYPES))
PREFERENCE_GROUPS = ("resident", "elderly", "business", "industry")

SEGMENTS = ("prompt", "salary_day", "month_end", "reminder_driven", "late")
PROMPT, SALARY_DAY, MONTH_END, REMINDER_DRIVEN, LATE = range(len(SEGMENTS))
HOUR_PROFILES = ("daytime", "lunch", "evening", "night")

STATUSES = ("success", "failed", "reversed")
SUCCESS, FAILED, REVERSED = range(len(STATUSES))
MEANS = ("cash", "card", "qr_code", "wechat", "alipay", "transfer", "direct_debit")
MEANS_SHARES = {  # of MEANS, by channel
    COUNTER: (0.45, 0.20, 0.20, 0.07, 0.08, 0.0, 0.0),
    KIOSK: (0.30, 0.40, 0.30, 0.0, 0.0, 0.0, 0.0),
    BANK: (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    WECHAT: (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    ALIPAY: (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    APP: (0.0, 0.12, 0.0, 0.38, 0.38, 0.12, 0.0),
    AGENCY: (0.70, 0.0, 0.30, 0.0, 0.0, 0.0, 0.0),
}

ARMS = ("window", "random_day", "holdout")
WINDOW, RANDOM_DAY, HOLDOUT = range(len(ARMS))
CONTACT_EVENTS = ("assigned", "contacted", "delivered", "opened", "opted_out")
STEPS = ("opened", "bill_viewed", "payment_started", "payment_succeeded")
OPENED, BILL_VIEWED, PAYMENT_STARTED, PAYMENT_SUCCEEDED = range(len(STEPS))
NO_PAYMENT = -1  # payment number of a visit that led to none
PREPAID = -99  # bill month of a payment that settles no bill


def take(table: Table, chosen: Array) -> Table:
    """Rows of ``table``, by index or mask."""
    return {name: values[chosen] for name, values in table.items()}


def concat(tables: list[Table]) -> Table:
    """Rows of all tables, in their order; all have the same columns."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def rows_of(table: Table) -> int:
    """Count of rows."""
    return len(next(iter(table.values())))


def in_order_of_time(table: Table) -> Table:
    """Rows by day and second; equal times keep their order, on every machine."""
    moment = (table["day"].astype(np.int64) + 1000) * 86_400 + table["second"]
    keyed = np.sort((moment << 30) | np.arange(len(moment)))  # faster than a stable argsort
    return take(table, keyed & ((1 << 30) - 1))
