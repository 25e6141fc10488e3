-- The independent recomputation: fees by the contracts themselves, not by the tables that guidance
-- used. Rows whose stated saving differs by more than 0.01 yuan.
with tiers as (
    select
        contracts.*,
        coalesce(
            lead(tier_from_yuan) over (partition by contract_id order by tier_from_yuan),
            9223372036854775807
        ) as tier_to_yuan
    from data_processing.channel_contracts as contracts
),

volumes as (
    select channel_code, date_trunc('month', paid_on) as paid_month, sum(amount_yuan) as amount
    from data_processing.int_payments_matched
    where payment_status = 'success' and paid_on <= $as_of::date
    group by channel_code, date_trunc('month', paid_on)
    qualify row_number() over (
        partition by channel_code
        order by date_trunc('month', paid_on) < date_trunc('month', $as_of::date + 1) desc,
            date_trunc('month', paid_on) desc
    ) = 1
),

today as (
    select tiers.*
    from tiers
    inner join volumes on tiers.channel_code = volumes.channel_code
    where
        $as_of::date between tiers.valid_from and coalesce(tiers.valid_to, date '9999-12-31')
        and volumes.amount >= tiers.tier_from_yuan and volumes.amount < tiers.tier_to_yuan
),

habits as (
    select state.customer_id, state.channel_code,
        state.recency_weight_sum / sum(state.recency_weight_sum) over (
            partition by state.customer_id
        ) as share
    from platform_support.customer_channel_state as state
    where exists (
        select 1 from guidance_rows as guided where guided.customer_id = state.customer_id
    )
),

wanted as (
    select customer_id, usual_amount_yuan, recommended_channel_code as channel_code, 1 as share
    from guidance_rows
    union all
    select habits.customer_id, guided.usual_amount_yuan, habits.channel_code, -habits.share
    from habits
    inner join guidance_rows as guided on habits.customer_id = guided.customer_id
),

rated as (
    select wanted.*,
        wanted.usual_amount_yuan::decimal(18, 2) * today.rate_pct * 0.01::decimal(3, 2)
            as by_rate_yuan
    from wanted
    left join today on wanted.channel_code = today.channel_code
),

fees as (
    select
        wanted.customer_id,
        wanted.share,
        -- A division would be one of doubles, which round half a cent down as often as up.
        costs.handling_cost_yuan + coalesce(today.fixed_fee_yuan, 0) + round(
            case
                when wanted.by_rate_yuan > today.cap_yuan then today.cap_yuan
                when wanted.by_rate_yuan < today.floor_yuan then today.floor_yuan
                else coalesce(wanted.by_rate_yuan, 0)
            end, 2
        ) as fee_yuan
    from rated as wanted
    inner join data_processing.channel_costs as costs
        on wanted.channel_code = costs.channel_code
        and $as_of::date between costs.valid_from and coalesce(costs.valid_to, date '9999-12-31')
    inner join data_processing.channels as channels
        on wanted.channel_code = channels.channel_code
    left join today on wanted.channel_code = today.channel_code
    where today.channel_code is not null or channels.is_own
),

differences as (
    select
        customer_id,
        sum(fee_yuan) filter (where share > 0) as fee_there,
        -sum(fee_yuan * share) filter (where share < 0) as fee_here,
        -sum(share) filter (where share < 0) as known_share
    from fees
    group by customer_id
)

select
    count(*) as rows_checked,
    count(*) filter (where abs(
        guided.saving_if_moved_yuan - guided.retention * guided.payments_per_year
        * (differences.fee_here - differences.known_share * differences.fee_there)
    ) > 0.01 or differences.customer_id is null) as rows_that_differ,
    max(abs(
        guided.saving_per_year_yuan - guided.p_move * guided.saving_if_moved_yuan
    )) as largest_difference_yuan
from guidance_rows as guided
left join differences on guided.customer_id = differences.customer_id
