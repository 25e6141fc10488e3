{% set counts = [
    'relapsed', 'moved_in_campaigns', 'reached_3_bills', 'reached_6_bills',
    'observed_payments', 'unpriced_moves'
] %}

with moves as (
    select * from {{ ref('customer_relocation') }}
),

cells as (
    select
        from_channel_code,
        to_channel_code,
        {{ month_of('moved_on') }} as moved_month,
        count(distinct customer_id) as customers,
        count(*) as moves,
        count(*) filter (where relapsed_on is not null) as relapsed,
        count(*) filter (where campaign_code is not null) as moved_in_campaigns,
        count(*) filter (where bills_since >= 3) as reached_3_bills,
        count(*) filter (where bills_there >= 3) as there_after_3_bills,
        count(*) filter (where bills_since >= 6) as reached_6_bills,
        count(*) filter (where bills_there >= 6) as there_after_6_bills,
        -- Bills at which it could relapse: those after the second, the one it relapsed with too.
        cast(
            sum(bills_there - 2)
            + count(*) filter (where relapsed_on is not null) as bigint
        ) as bills_at_risk,
        cast(sum(payments_there) as bigint) as observed_payments,
        count(*) filter (where fee_saved_yuan is null) as unpriced_moves,
        sum(fee_saved_yuan) as fee_saved_yuan,
        sum(handling_saved_yuan) as handling_saved_yuan,
        count(distinct customer_id) < {{ var('small_cell_customers') }} as is_small_cell
    from moves
    group by all
)

select
    from_channel_code,
    to_channel_code,
    moved_month,
    is_small_cell,
    {{ unless_small('customers', 'bigint') }},
    {{ unless_small('moves', 'bigint') }},
    {% for count in counts %}
        {{ unless_small(count, 'bigint') }},
    {% endfor %}
    {{ share('there_after_3_bills', 'reached_3_bills', 'there_after_3_bills_pct') }},
    {{ share('there_after_6_bills', 'reached_6_bills', 'there_after_6_bills_pct') }},
    {{ share('relapsed', 'bills_at_risk', 'relapse_hazard_pct') }},
    {{ unless_small('fee_saved_yuan', 'decimal(18,2)') }},
    {{ unless_small('handling_saved_yuan', 'decimal(18,2)') }}
from cells
