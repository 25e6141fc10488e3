-- Every cell is published, with the payments that it has and, unless it is small, the amount.
{{ config(meta={'dagster': {'ref': {'name': 'channel_efficiency'}}}) }}

with months as (
    select * from {{ ref('channel_months') }}
),

published as (
    select * from {{ ref('channel_efficiency') }}
)

select
    months.channel_code,
    months.paid_month,
    months.region_code,
    months.customer_type
from months
full outer join published
    on months.channel_code = published.channel_code
    and months.paid_month = published.paid_month
    and months.region_code = published.region_code
    and months.customer_type = published.customer_type
where
    months.payments is distinct from published.payments
    or months.amount_yuan <> published.amount_yuan
    or published.is_small_cell <> (published.amount_yuan is null)
