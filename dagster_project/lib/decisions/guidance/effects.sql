-- Readable effects of contacts against the holdout, one a campaign: customers relocated where that
-- was measured, else paid through the target; the estimator with the smallest error.
select
    campaign_code,
    outcome,
    estimator,
    target_channel_code,
    contact_means,
    effect::double as effect,
    std_error::double as std_error
from decided.campaign_effect
where
    is_readable
    and against_arm = 'holdout'
    and arm = 'window'
    and segment = 'all'
    and outcome in ('relocated', 'paid_through_target')
    and horizon = 'campaign'
    and estimator in ('difference', 'cuped', 'post_stratified')
    and effect is not null
    and std_error > 0
qualify row_number() over (
    partition by campaign_code, campaign_version
    order by outcome = 'relocated' desc, std_error, estimator
) = 1
order by campaign_code, campaign_version
