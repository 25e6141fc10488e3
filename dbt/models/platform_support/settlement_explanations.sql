-- Few rows: only orders that differ are tried against every tier of their channel's contracts.
{% set own_tier_reasons = [
    ('cap_not_applied', 'uncapped_fee_yuan'),
    ('floor_not_applied', 'unfloored_fee_yuan'),
    ('fixed_fee_missing', 'owed_fee_yuan - if(amount_yuan < 0, -1, 1) * fixed_fee_yuan'),
    ('doubled', '2 * owed_fee_yuan'),
    ('not_charged', '0'),
    ('wrong_sign', '-owed_fee_yuan'),
    (
        'rounding',
        'if(abs(delivered_fee_yuan - owed_fee_yuan) < 0.02, delivered_fee_yuan, null)'
    ),
] %}

with differences as (
    select * from {{ ref('settlement_differences') }}
),

contracts as (
    select
        *,
        coalesce(valid_to, cast('9999-12-31' as date)) as last_valid_on
    from {{ ref('channel_contracts') }}
),

tried as (
    select
        differences.*,
        contracts.last_valid_on < differences.settled_on as is_old,
        contracts.valid_from > differences.settled_on as is_future,
        contracts.contract_id = differences.contract_id
        and contracts.tier_from_yuan = differences.tier_from_yuan as is_own_tier,
        contracts.fixed_fee_yuan,
        {{ settled_fee('differences.amount_yuan', 'contracts') }} as fee_yuan,
        {{ settled_fee('differences.amount_yuan', 'contracts', with_cap=false) }}
            as uncapped_fee_yuan,
        {{ settled_fee('differences.amount_yuan', 'contracts', with_floor=false) }}
            as unfloored_fee_yuan
    from differences
    inner join contracts
        on differences.channel_code = contracts.channel_code
),

candidates as (
    select
        *,
        case
            when is_old then 'old_rate'
            when is_future then 'future_rate'
            else 'wrong_tier'
        end as reason_code,
        fee_yuan as candidate_yuan
    from tried
    where not is_own_tier
    {% for code, fee in own_tier_reasons %}
        union all
        select
            *,
            '{{ code }}',
            {{ fee }}
        from tried
        where is_own_tier
    {% endfor %}
)

select distinct
    payment_id,
    channel_code,
    settled_on,
    reason_code
from candidates
where abs(candidate_yuan - delivered_fee_yuan) < 0.01
