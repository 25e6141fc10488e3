{# The terms of each contract for the volume of each month; the CTE `volumes` holds channel_code, the
   month, last_of_month and month_amount_yuan. Of a whole-month contract the reached tier's rate holds
   for every order; of a marginal one the mean of the tiers' rates, weighted by their parts of the volume. #}
{% macro terms_of_months(month) -%}
    select
        volumes.channel_code,
        volumes.{{ month }},
        volumes.month_amount_yuan,
        contracts.contract_id,
        contracts.valid_from,
        contracts.last_valid_on as valid_to,
        contracts.tier_rule,
        contracts.tier_from_yuan,
        cast(case
            when contracts.tier_rule = 'marginal' and volumes.month_amount_yuan > 0
                then
                    sum(contracts.rate_pct * cast(
                        least(volumes.month_amount_yuan, contracts.next_tier_yuan)
                        - contracts.tier_from_yuan as double
                    )) over (
                        partition by
                            volumes.channel_code, volumes.{{ month }}, contracts.contract_id
                    ) / nullif(cast(volumes.month_amount_yuan as double), 0)
            else cast(contracts.rate_pct as double)
        end as decimal(14, 8)) as rate_pct,
        contracts.fixed_fee_yuan,
        contracts.monthly_fee_yuan,
        contracts.minimum_yuan,
        contracts.floor_yuan,
        contracts.cap_yuan
    from volumes
    inner join (
        select
            *,
            coalesce(valid_to, cast('9999-12-31' as date)) as last_valid_on,
            lead(tier_from_yuan, 1, cast(9000000000000000 as bigint)) over (
                partition by contract_id order by tier_from_yuan nulls last
            ) as next_tier_yuan
        from {{ ref('channel_contracts') }}
    ) as contracts
        on volumes.channel_code = contracts.channel_code
        and greatest(volumes.month_amount_yuan, 0) >= contracts.tier_from_yuan
        and volumes.last_of_month >= contracts.valid_from
        and volumes.{{ month }} <= contracts.last_valid_on
    qualify
        row_number() over (
            partition by volumes.channel_code, volumes.{{ month }}, contracts.contract_id
            order by contracts.tier_from_yuan desc nulls last
        ) = 1
{%- endmacro %}

{# What a contract charges for one settled order, a refund with the opposite sign: the rate within
   floor and cap, and the fee per payment, together rounded half up to 0.01 yuan. #}
{% macro settled_fee(amount, terms, with_floor=true, with_cap=true) -%}
    cast(
        case when {{ amount }} < 0 then -1 else 1 end
        * cast(round(
            least(
                {%- if with_cap %}
                coalesce({{ terms }}.cap_yuan, cast(999999999 as decimal(18, 4))),
                {%- endif %}
                greatest(
                    {%- if with_floor %}
                    coalesce({{ terms }}.floor_yuan, cast(0 as decimal(18, 4))),
                    {%- endif %}
                    abs({{ amount }}) * {{ terms }}.rate_pct * cast(0.01 as decimal(3, 2))
                )
            ) + {{ terms }}.fixed_fee_yuan, 2
        ) as decimal(18, 2)) as decimal(18, 2)
    )
{%- endmacro %}
