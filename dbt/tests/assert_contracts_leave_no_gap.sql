-- A channel that was once under contract is so on every day until its last contract ends.
with contracts as (
    select distinct
        channel_code,
        contract_id,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
    from {{ ref('channel_contracts') }}
),

followed as (
    select
        *,
        lead(valid_from) over (
            partition by channel_code
            order by valid_from nulls last
        ) as next_valid_from
    from contracts
)

select
    channel_code,
    contract_id,
    valid_to,
    next_valid_from
from followed
where {{ dbt.datediff('valid_to', 'next_valid_from', 'day') }} > 1
