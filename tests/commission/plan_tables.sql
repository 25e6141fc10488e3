-- A payment of 100 yuan a month at the counter, and two through wechat, through 2025.
create schema data_processing;
create schema platform_support;
create table data_processing.channels as
select * from (values ('counter', true), ('wechat', false)) as t (channel_code, is_own);
create table data_processing.channel_contracts as
select 'w-1' as contract_id, 'wechat' as channel_code, date '2000-01-01' as valid_from,
    null::date as valid_to, 'whole_month' as tier_rule, 0 as tier_from_yuan,
    0.6::decimal(9, 4) as rate_pct, 0::decimal(18, 4) as fixed_fee_yuan,
    0::decimal(18, 2) as monthly_fee_yuan, null::decimal(18, 2) as minimum_yuan,
    null::decimal(18, 4) as floor_yuan, null::decimal(18, 4) as cap_yuan;
create table data_processing.int_payments_matched as
select t.channel_code, make_date(2025, month::int, 15) as paid_on, 'success' as payment_status,
    100::decimal(18, 2) as amount_yuan
from range(1, 13) as months (month)
cross join (values ('counter'), ('wechat'), ('wechat')) as t (channel_code);
create table platform_support.channel_months as
select channel_code, make_date(2025, month(paid_on), 1) as paid_month, 'north' as region_code,
    count(*) as payments,
    sum(if(channel_code = 'counter', 6.5, 0.03))::decimal(38, 4) as handling_cost_yuan
from data_processing.int_payments_matched group by all;
create table platform_support.channel_month_totals as
select channel_code, paid_month, payments, payments * 100::decimal(38, 2) as amount_yuan,
    payments as on_time_payments, payments as due_payments
from platform_support.channel_months;
create table platform_support.channel_terms as
select totals.channel_code, totals.paid_month, contracts.*exclude (channel_code)
from platform_support.channel_month_totals as totals
inner join data_processing.channel_contracts as contracts using (channel_code);
create table platform_support.channel_evaluation_graded (
    channel_code varchar, paid_month date, indicator_group varchar, score double, grade varchar
);
