alter table data_processing.channel_contracts alter valid_from type date;
alter table data_processing.channel_contracts alter valid_to type date;
alter table data_processing.channel_contracts alter rate_pct type decimal(9, 4);
alter table data_processing.channel_contracts alter fixed_fee_yuan type decimal(18, 4);
alter table data_processing.channel_contracts alter floor_yuan type decimal(18, 4);
alter table data_processing.channel_contracts alter cap_yuan type decimal(18, 4);
alter table data_processing.channel_costs alter valid_from type date;
alter table data_processing.channel_costs alter valid_to type date;
alter table data_processing.channel_costs alter handling_cost_yuan type decimal(18, 4);
create table data_processing.int_customers_versioned as
select
    customer_id::bigint as customer_id, date '0001-01-01' as valid_from,
    date '9999-12-31' as valid_to, 'resident' as customer_type,
    'R0' || (1 + customer_id % 3) as region_code, is_prepaid::boolean as is_prepaid,
    has_withholding::boolean as has_withholding, is_elderly::boolean as is_elderly,
    is_low_income::boolean as is_low_income
from given_customers;
create table data_processing.int_payments_matched as
select
    customer_id::bigint as customer_id, paid_on::date as paid_on, paid_at::timestamp as paid_at,
    channel_code, 'success' as payment_status, amount_yuan::decimal(18, 2) as amount_yuan,
    'R0' || (1 + customer_id % 3) as region_code
from paid;
create table data_processing.int_complaints_attributed (
    complaint_id bigint, channel_code varchar, received_on date
);
create table data_processing.int_sources_delivered as select 'complaints' as source;
create table data_processing.stg_landing__campaign_contacts as
select
    customer_id::bigint as customer_id, contact_event::varchar as contact_event,
    happened_on::date as happened_on
from given_contacts;
create table data_processing.stg_landing__channel_operations as
select
    channel_code::varchar as channel_code, site_code::varchar as site_code,
    operated_on::date as operated_on, open_hours::decimal(18, 3) as open_hours,
    staff::decimal(18, 3) as staff, outage_minutes::decimal(18, 3) as outage_minutes,
    queue_minutes::decimal(18, 3) as queue_minutes,
    capacity_payments::decimal(18, 3) as capacity_payments
from given_operations;
create table data_processing.stg_landing__channel_visits as
select
    customer_id::bigint as customer_id, channel_code::varchar as channel_code,
    visited_on::date as visited_on, furthest_step::varchar as furthest_step
from given_visits;
create table platform_support.channel_region_days as
select channel_code, region_code, paid_on, count(*) as payments
from data_processing.int_payments_matched
group by all;
create table platform_support.channel_terms as
select
    contracts.channel_code, paid_month, contract_id, valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to, rate_pct, fixed_fee_yuan, floor_yuan, cap_yuan
from (
    select
        channel_code, date_trunc('month', paid_on) as paid_month, sum(amount_yuan) as amount_yuan
    from data_processing.int_payments_matched
    group by all
) as months
inner join data_processing.channel_contracts as contracts
    on months.channel_code = contracts.channel_code and contracts.tier_from_yuan <= months.amount_yuan
    and contracts.valid_from <= last_day(paid_month)
    and coalesce(contracts.valid_to, date '9999-12-31') >= paid_month
qualify row_number() over (
    partition by contracts.channel_code, paid_month, contract_id order by tier_from_yuan desc
) = 1;
create table platform_support.customer_channel_state as
select
    customer_id, channel_code, count(*) as payments,
    sum(pow(2, (paid_on - date '2025-12-31') / 180.0))::decimal(38, 12) as recency_weight_sum,
    max(paid_on) as last_paid_on
from data_processing.int_payments_matched
group by all;
create table platform_support.customer_payment_state as
select customer_id, min(paid_on) as first_paid_on
from data_processing.int_payments_matched
group by all;
create table platform_support.customer_year_sums as
select
    customer_id, date '2025-12-31' as summed_to, count(*) as payments, sum(amount_yuan)::double as amount_sum,
    count(*) filter (where channel_code = 'counter') as counter_payments,
    count(*) filter (where channel_code = 'app') as app_payments,
    count(*) filter (where channel_code = 'wechat') as wechat_payments
from data_processing.int_payments_matched
where paid_on > date '2025-12-31' - 365
group by all;
create table platform_support.payment_windows_scored as
select
    customer_id, date '2025-12-31' + 20 as median_pay_on, null::date as depletes_on,
    'morning' as best_hour_band
from platform_support.customer_payment_state;
create table platform_support.customer_segments_assigned as
select customer_id, (1 + customer_id % 2)::int as segment
from platform_support.customer_payment_state;
