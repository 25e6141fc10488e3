-- The commissions and fixed fees of a channel's cells are what its contract owes for the payments;
-- each cell is rounded to 0.01 yuan, and a channel with a hidden cell cannot be compared.
{{ config(meta={'dagster': {'ref': {'name': 'channel_efficiency'}}}) }}

with cells as (
    select
        channel_code,
        paid_month,
        count(*) as cells,
        sum(commission_yuan + contract_fixed_fee_yuan) as charged_yuan
    from {{ ref('channel_efficiency') }}
    where payments > 0
    group by channel_code, paid_month
    having not bool_or(is_small_cell)
),

months as (
    select * from {{ ref('commission_months') }}
)

select
    cells.channel_code,
    cells.paid_month
from cells
inner join months
    on cells.channel_code = months.channel_code
    and cells.paid_month = months.settled_month
where
    abs(
        cells.charged_yuan - months.monthly_fee_yuan
        - greatest(months.owed_by_payments_yuan, coalesce(months.minimum_yuan, 0))
    ) > 0.01 * cells.cells
