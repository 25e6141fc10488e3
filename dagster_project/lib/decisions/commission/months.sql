-- Complete months of every channel: what was paid, and under which contract.
with ranked as (
    select
        *,
        row_number() over (
            partition by channel_code, paid_month order by valid_from desc
        ) as place
    from platform_support.channel_terms
)

select
    totals.channel_code as channel,
    totals.paid_month as month,
    totals.payments,
    totals.amount_yuan::double as amount_yuan,
    totals.on_time_payments,
    totals.due_payments,
    terms.contract_id as contract,
    terms.rate_pct::double as rate_pct,
    terms.fixed_fee_yuan::double as fixed_yuan,
    terms.floor_yuan::double as floor_yuan,
    terms.cap_yuan::double as cap_yuan
from platform_support.channel_month_totals as totals
left join ranked as terms
    on totals.channel_code = terms.channel_code
    and totals.paid_month = terms.paid_month
    and terms.place = 1
where totals.payments > 0 and last_day(totals.paid_month) <= $as_of::date
order by channel, month
