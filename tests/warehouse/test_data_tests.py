"""The data tests of the project fail when what they guard is broken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pytest

from dagster_project.settings import Settings
from tests.warehouse.conftest import call_dbt

FACT = "data_processing.int_payments_matched"
# The data tests, each with the statement upon the built warehouse that it must notice. Starting dbt
# is what costs, so a round breaks all its tables at once.
FOLLOWUP = (
    "insert into business_application.service_followups (followup_id, kind, received_on, asked_on, "
    "deadline_on, state, working_days_left, priority)"
)
OFFER = (
    "insert into business_application.prepayment_offers (customer_id, offer_kind, topup_yuan, "
    "topup_step_yuan, topup_by, advance_limit_yuan, advance_cap_yuan)"
)
FIGURES = (
    "insert into business_application.complaint_classifier_validation "
    "(method, category, is_small_cell, texts, accuracy_pct, classified_pct)"
)
ROUNDS = [
    {
        "primary_key_channels_channel_code": (
            "insert into data_processing.channels select * from data_processing.channels limit 1"
        ),
        "customers_of_payments_are_delivered": (
            "delete from data_processing.int_customers_versioned where customer_id = "
            f"(select max(customer_id) from {FACT} where is_known_customer)"
        ),
        "assert_channel_months_equal_the_fact": (
            f"update {FACT} set amount_yuan = amount_yuan + 0.01 where payment_id = "
            f"(select max(payment_id) from {FACT} where payment_status = 'success')"
        ),
        "assert_channel_efficiency_equals_channel_months": (
            "update business_application.channel_efficiency set payments = payments + 1"
        ),
        "assert_customer_profiles_cover_the_states": (
            "delete from business_application.customer_payment_profile where customer_id = "
            "(select min(customer_id) from business_application.customer_payment_profile)"
        ),
        "assert_campaign_tracking_counts_its_audience": (
            "update business_application.campaign_tracking set assigned = assigned + 1"
        ),
        "assert_complaints_are_counted_once": (
            "insert into data_processing.int_complaints_attributed (complaint_id) values (-1)"
        ),
        "assert_deliveries_balance": (
            "update business_application.delivery_ledger set rows_loaded = rows_loaded + 1"
        ),
        "assert_channel_region_days_equal_channel_months": (
            "update platform_support.channel_region_days set payments = payments + 1"
        ),
        "assert_bills_are_counted_once": (
            "delete from platform_support.region_bill_days where bills = "
            "(select min(bills) from platform_support.region_bill_days)"
        ),
        "assert_contracts_do_not_overlap": (
            "update data_processing.channel_contracts set valid_to = null"
        ),
        "assert_commission_plan_saves_what_its_channels_save": (
            "insert into business_application.commission_plan (channel_code, plan_saving_yuan, "
            "expected_saving_yuan, present_commission_yuan, expected_commission_yuan) "
            "values ('wechat', 5, 1, 2, 1)"
        ),
        "assert_commission_settlement_counts_every_order": (
            "update business_application.commission_settlement set wrong_orders = wrong_orders + 1"
        ),
        "assert_followups_are_due_after_they_are_asked": (
            f"{FOLLOWUP} values ('a', 'unmet_need', date '2025-12-02', date '2025-12-02', "
            "date '2025-12-01', 'overdue', -1, 1)"
        ),
        "assert_prepayment_offers_keep_to_their_declaration": (
            f"{OFFER} values (1, 'prepaid', 25, 10, date '2025-12-31', 5, 50)"
        ),
        "assert_small_enterprises_are_contacted_in_order": (
            "insert into business_application.small_enterprise_service "
            "(customer_id, service_code, contact_from, contact_to) "
            "values (1, 'invoice', date '2025-12-02', date '2025-12-01')"
        ),
        "assert_classifier_validation_adds_up": (
            f"{FIGURES} values ('model', 'all', false, 30, 90, 95), "
            "('model', 'service', false, 20, 90, 95)"
        ),
    },
    {
        "assert_followups_are_due_after_they_are_asked": (
            f"{FOLLOWUP} values ('a', 'unmet_need', date '2025-12-02', date '2025-12-02', "
            "date '2025-12-05', 'open', -1, 1)"
        ),
        "assert_prepayment_offers_keep_to_their_declaration": (
            f"{OFFER} values (1, 'prepaid', 20, 10, date '2025-12-31', 60, 50)"
        ),
        "assert_classifier_validation_adds_up": (
            f"{FIGURES} values ('model', 'all', false, 20, 90, 95), "
            "('model', 'service', false, 20, 80, 95)"
        ),
        "primary_key_channels_channel_code": (
            "update data_processing.channels set channel_code = null where channel_code = 'cash'"
        ),
        "assert_channel_efficiency_charges_what_is_owed": (
            "update business_application.channel_efficiency set is_small_cell = false, "
            "commission_yuan = 1000000, contract_fixed_fee_yuan = 0"
        ),
        "assert_contracts_leave_no_gap": (
            "update data_processing.channel_contracts set valid_from = valid_from + 1"
        ),
        "assert_channel_months_equal_the_fact": (
            "delete from platform_support.channel_months where payments = "
            "(select min(payments) from platform_support.channel_months)"
        ),
        "assert_customer_states_equal_the_fact": (
            "update platform_support.customer_payment_state set payments = payments + 1 where "
            "customer_id = (select min(customer_id) from platform_support.customer_payment_state)"
        ),
        "assert_campaign_tracking_counts_its_audience": (
            "update business_application.campaign_tracking set amount_yuan = amount_yuan + 1"
        ),
    },
]


@pytest.fixture
def kept(built: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The built home, whose warehouse is put back afterwards."""
    copy = tmp_path / "warehouse.duckdb"
    copy.write_bytes(built.warehouse.read_bytes())
    yield built
    built.warehouse.write_bytes(copy.read_bytes())


def _statuses(
    settings: Settings, names: Iterable[str], statements: Iterable[str]
) -> dict[str, str]:
    """Break the warehouse, run the tests, and give what each says."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)
    call_dbt(settings, "test", "--select", *names)
    content = json.loads((settings.dbt_target / "run_results.json").read_text("utf-8"))
    results = content["results"]
    return {r["unique_id"].split(".")[2]: r["status"] for r in results if "test." in r["unique_id"]}


def test_the_built_province_passes_every_test(built: Settings) -> None:
    done = call_dbt(built, "test", "--exclude-resource-type", "unit_test")
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("broken", ROUNDS)
def test_each_test_fails_when_what_it_guards_is_broken(
    kept: Settings, broken: dict[str, str]
) -> None:
    found = _statuses(kept, broken, broken.values())
    assert set(found) == set(broken)
    assert {name for name, status in found.items() if status not in ("fail", "warn")} == set()


def test_a_reference_to_customers_passes_where_no_customers_were_delivered(kept: Settings) -> None:
    name = "customers_of_payments_are_delivered"
    statement = "delete from data_processing.int_customers_versioned"
    assert _statuses(kept, [name], [statement]) == {name: "pass"}
