-- The covariates to four places: their products are then exact, and cheap.
{% set outcomes = [
    ('paid_through_target', 'campaign', 'cast(is_paid_through_target as int)'),
    ('paid_through_target', 'after_1_bill', 'target_bill_1'),
    ('paid_through_target', 'after_3_bills', 'target_bill_3'),
    ('paid_through_target', 'after_6_bills', 'target_bill_6'),
    ('relocated', 'campaign', 'cast(is_relocated as int)'),
    ('relocated', 'after_3_bills', 'relocated_bill_3'),
    ('relocated', 'after_6_bills', 'relocated_bill_6'),
    ('on_time', 'campaign', 'on_time_bills'),
    ('fee_saved_yuan', 'campaign', 'fee_saved_yuan'),
    ('cost_saved_yuan', 'campaign', 'cost_saved_yuan'),
    ('complaints', 'campaign', 'complaints'),
    ('opted_out', 'campaign', 'cast(is_opted_out as int)'),
    ('paid', 'campaign', 'cast(is_paid as int)')
] %}

with members as (
    select
        outcomes.*,
        case
            when coalesce(savings.unpriced_payments, 0) = 0
                then coalesce(savings.fee_saved_yuan, 0)
        end as fee_saved_yuan,
        case
            when coalesce(savings.unpriced_payments + savings.uncosted_payments, 0) = 0
                then coalesce(savings.cost_saved_yuan, 0)
        end as cost_saved_yuan,
        cast(cast(outcomes.is_delivered as int) as decimal(9, 4)) as c,
        cast(coalesce(covariates.last_target_share, 0) as decimal(9, 4)) as x1,
        cast(coalesce(covariates.predicted_target_share, 0) as decimal(9, 4)) as x2,
        cast(coalesce(covariates.predicted_delay_log, 0) as decimal(9, 4)) as x3,
        cast(coalesce(covariates.payments_before, 0) as decimal(9, 4)) as x4
    from {{ ref('campaign_outcomes') }} as outcomes
    left join {{ ref('campaign_savings') }} as savings
        on outcomes.campaign_code = savings.campaign_code
        and outcomes.customer_id = savings.customer_id
    left join {{ ref('campaign_covariates') }} as covariates
        on outcomes.campaign_code = covariates.campaign_code
        and outcomes.customer_id = covariates.customer_id
),

measured as (
    {% for outcome, horizon, value in outcomes %}
        select
            campaign_code,
            arm,
            stratum,
            content_code,
            '{{ outcome }}' as outcome,
            '{{ horizon }}' as horizon,
            cast({{ value }} as decimal(18, 4)) as m,
            cast(
                {{ 'due_bills' if outcome == 'on_time' else '1' }} as decimal(9, 4)
            ) as d,
            c,
            x1,
            x2,
            x3,
            x4
        from members
        {% if outcome == 'complaints' %}
            where {{ is_delivered('complaints') }}
        {% elif horizon != 'campaign' %}
            where {{ value }} is not null
        {% endif %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    campaign_code,
    arm,
    stratum,
    content_code,
    outcome,
    horizon,
    count(m) as units,
    count(*) - count(m) as units_missing,
    {{ sums_of_products(['m', 'd', 'c', 'x1', 'x2', 'x3', 'x4']) }}
from measured
group by campaign_code, arm, stratum, content_code, outcome, horizon
