"""Keys and sums of a province without faults."""

from __future__ import annotations

import pytest

KEYS = {
    "bills": "bill_no",
    "payments": "payment_no",
    "channel_visits": "visit_no",
    "settlements": "order_no",
    "meter_balances": "customer_no, read_on",
    "customers": "customer_no, filename",
    "channel_operations": "channel_code, site_code, operated_on",
    "satisfaction_survey": "channel_code, question_code, period_month, grade",
    "campaign_contacts": "campaign_code, customer_no, contact_event, happened_at[:10]",
}


@pytest.mark.parametrize("source", KEYS)
def test_keys_are_unique(clean, source: str) -> None:
    rows = clean.value(f"select count(*) from {source}")
    keys = clean.value(f"select count(*) from (select distinct {KEYS[source]} from {source})")
    assert rows == keys > 0


@pytest.mark.parametrize("source", ["bills", "payments", "campaign_contacts", "meter_balances"])
def test_customers_of_every_row_are_in_the_customer_file(clean, source: str) -> None:
    strangers = f"select count(*) from {source} anti join customers using (customer_no)"
    assert clean.value(strangers) == 0


def test_every_paid_bill_exists_and_belongs_to_the_payer(clean) -> None:
    unknown = "select count(*) from payments anti join bills using (bill_no, customer_no)"
    assert clean.value(f"{unknown} where payments.bill_no is not null") == 0


def test_no_bill_is_paid_before_its_issue_or_beyond_its_amount(clean) -> None:
    wrong = clean.query("""
        with paid as (
            select bill_no, min(paid_at[:10]) as first_day, sum(amount_yuan::decimal(18, 2)) as paid
            from payments where payment_status = 'success' and bill_no is not null group by bill_no
        )
        select * from paid join bills using (bill_no)
        where first_day < issued_on or paid > amount_yuan::decimal(18, 2)
    """)
    assert wrong == []


def test_most_old_bills_are_paid_in_full(clean) -> None:
    share = clean.value("""
        with paid as (
            select bill_no, sum(amount_yuan::decimal(18, 2)) as paid from payments
            where payment_status = 'success' group by bill_no
        )
        select avg((coalesce(paid, 0) = amount_yuan::decimal(18, 2))::int)
        from bills left join paid using (bill_no) where issued_on < '2025-10-15'
    """)
    assert share > 0.99


def test_prepaid_purchases_name_no_bill_and_bills_are_of_post_paid_customers(clean) -> None:
    assert clean.query("""
        select distinct is_prepaid, bill_no is null from payments
        join customers using (customer_no) order by 1
    """) == [("false", False), ("true", True)]


def test_successful_visits_point_to_their_payment(clean) -> None:
    wrong = clean.query("""
        select * from channel_visits as visit left join payments using (payment_no)
        where (furthest_step = 'payment_succeeded') <> (visit.payment_no is not null)
        or (visit.payment_no is not null and (
            payments.customer_no is distinct from visit.customer_no
            or payments.channel_code is distinct from visit.channel_code
            or payments.payment_status is distinct from 'success' or visited_at > paid_at))
    """)
    assert wrong == []


def test_every_due_settlement_equals_its_payment(clean) -> None:
    wrong = clean.query("""
        select * from payments left join settlements on order_no = payment_no
        where payment_status = 'success' and payments.channel_code not in ('counter', 'kiosk')
        and paid_at < '2025-12-29' and (
            settlements.amount_yuan is distinct from payments.amount_yuan
            or settlements.channel_code is distinct from payments.channel_code
            or settled_on <= paid_at[:10])
    """)
    assert wrong == []
    assert (
        clean.value("select count(*) from settlements anti join payments on order_no = payment_no")
        == 0
    )


def test_no_value_is_missing_or_not_a_number(clean) -> None:
    holes = clean.value("""
        select count(*) from payments where try_cast(amount_yuan as decimal(18, 2)) is null
        or try_cast(paid_at as timestamp) is null or settlement_means is null
        or channel_code is null or amount_yuan::decimal(18, 2) <= 0
    """)
    assert holes == 0
    assert clean.value("select count(*) from bills where columns(*) is null") == 0


def test_counters_take_payments_on_workdays_in_opening_hours(clean) -> None:
    days = clean.value("""
        select count(*) from payments anti join channel_operations
        on operated_on = paid_at[:10] and channel_operations.channel_code = 'counter'
        where payments.channel_code = 'counter'
    """)
    assert days == 0
    hours = clean.query("""
        select min(paid_at[12:13]), max(paid_at[12:13]) from payments where channel_code = 'counter'
    """)
    assert hours == [("09", "16")]


def test_complaints_are_the_hotlines_own_file(clean) -> None:
    lines = b"".join(path.read_bytes() for path in sorted(clean.folder.glob("95598_*.csv")))
    text = lines.decode("gb18030")
    assert text.startswith(
        "工单编号,用户编号,受理时间,投诉类型,缴费渠道,办结时间,是否满意,受理内容\n"
    )
    assert {line.count(",") for line in text.splitlines()} == {7}
