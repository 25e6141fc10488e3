-- What the last cycles, and the models of channel and of delay, said before assignment: counts
-- shrunk to the audience's mean, with the weight of one payment and of two bills.
with histories as (
    select * from {{ ref('campaign_histories') }}
),

means as (
    select
        campaign_code,
        {{ per_unit(1, 'sum(target_weight_before)', 'sum(weight_before)') }}
            as target_share,
        {{ per_unit(1, 'sum(delay_log_before)', 'sum(delays_before)') }}
            as delay_log
    from histories
    group by campaign_code
)

select
    histories.campaign_code,
    histories.customer_id,
    {{ per_unit(
        1, 'histories.last_target_payments', 'least(2, histories.payments_before)'
    ) }} as last_target_share,
    {{ per_unit(
        1, 'histories.target_weight_before + coalesce(means.target_share, 0)',
        'histories.weight_before + 1'
    ) }} as predicted_target_share,
    {{ per_unit(
        1, 'histories.delay_log_before + 2 * coalesce(means.delay_log, 0)',
        'histories.delays_before + 2'
    ) }} as predicted_delay_log,
    histories.payments_before
from histories
inner join means on histories.campaign_code = means.campaign_code
