{% set first_bill = 3 %}  {# two make the move #}
{% set last_bill = 12 %}  {# a year of monthly bills #}

with moves as (
    select * from {{ ref('customer_relocation') }}
),

lengths as (
    select
        to_channel_code,
        bills_there,
        bills_since,
        count(*) as moves
    from moves
    group by to_channel_code, bills_there, bills_since
),

bill_numbers as (
    {% for number in range(first_bill, last_bill + 1) %}
        select {{ number }} as bill_number
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

counted as (
    select
        lengths.to_channel_code,
        bill_numbers.bill_number,
        cast(sum(lengths.moves) as bigint) as at_risk,
        cast(coalesce(
            sum(lengths.moves) filter (
                where lengths.bills_there = bill_numbers.bill_number - 1
            ), 0
        ) as bigint) as relapsed
    from lengths
    inner join bill_numbers
        on lengths.bills_there >= bill_numbers.bill_number - 1
        and lengths.bills_since >= bill_numbers.bill_number
    group by lengths.to_channel_code, bill_numbers.bill_number
),

-- A channel that all have left by then keeps nobody; the logarithm of zero does not say so.
followed as (
    select
        *,
        at_risk < {{ var('small_cell_customers') }} as is_small_cell,
        max(relapsed = at_risk) over up_to_the_bill as has_lost_all,
        sum(ln(1 - {{ per_unit(1, 'relapsed', 'nullif(at_risk, relapsed)') }}))
            over up_to_the_bill as log_still_there
    from counted
    window up_to_the_bill as (
        partition by to_channel_code
        order by bill_number nulls last
        rows between unbounded preceding and current row
    )
)

select
    to_channel_code,
    bill_number,
    is_small_cell,
    {{ unless_small('at_risk', 'bigint') }},
    {{ unless_small('relapsed', 'bigint') }},
    {{ share('relapsed', 'at_risk', 'relapse_hazard_pct') }},
    {{ unless_small(
        'case when has_lost_all then 0 else 100 * exp(log_still_there) end',
        'decimal(9,4)', 'still_there_pct'
    ) }}
from followed
