"""Guidance of a city: a million customers with a year of payments, from tables to tables.

The warehouse is a made one in memory; what is measured is the decision with its checks, relief of
the counters and headroom of the own channels included.
"""

from __future__ import annotations

import resource
import time

from tests.decisions.guidance.world import decided, frame, warehouse

CUSTOMERS, SECONDS_BAR = 1_000_000, 30
MEGABYTE = 1024
# Two payments in three are made on the main channel; amounts are lognormal, the same every time.
PAYMENTS = """
select
    customer.id as customer_id,
    date '2025-12-31' - (30 * month.number + customer.id % 28)::int as paid_on,
    paid_on + interval 10 hour as paid_at,
    ['counter', 'wechat', 'alipay', 'app', 'kiosk', 'agency', 'bank_withholding'][
        1 + (if(month.number % 3 = 0, hash(customer.id, month.number), hash(customer.id)) % 7)::int
    ] as channel_code,
    round(60 * exp((hash(customer.id, 'amount') % 1000) / 500.0), 2) as amount_yuan
from range({customers}) as customer (id)
cross join range(12) as month (number)
"""
Row = tuple[str, str, str]


def rows(customers: int = CUSTOMERS) -> list[Row]:
    """Seconds of the decision, its gap and the memory of the process."""
    connection = warehouse(PAYMENTS.format(customers=customers))
    begin, processor = time.monotonic(), time.process_time()
    made = decided(connection)
    seconds, processor = time.monotonic() - begin, time.process_time() - processor
    broken = [name for name, check in made.checks.items() if not check.passed]
    gap = frame(made, "guidance_limits")["duality_gap_pct"].max()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    size = f"{customers:,} customers"
    return [
        (f"guidance of {size}", f"{seconds:.1f} s", f"<= {SECONDS_BAR} s"),
        (f"guidance of {size}: processor time of both cores", f"{processor:.1f} s", ""),
        (f"guidance of {size}: duality gap", f"{gap:.4f} %", "<= 0.1 %"),
        (f"guidance of {size}: checks that failed", ", ".join(broken) or "none", ""),
        (f"guidance of {size}: peak memory, warehouse included", f"{peak:.0f} MB", ""),
    ]


if __name__ == "__main__":
    for figure, value, bar in rows():
        print(f"{figure}: {value} {bar}")
