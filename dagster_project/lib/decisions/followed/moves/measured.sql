-- Readable effects of contacts in the window against the holdout, in the outcomes that a chance of
-- moving is learnt from; by segment too.
select
    campaign_code,
    outcome,
    segment,
    estimator,
    treated,
    controls,
    effect,
    effect_low,
    effect_high
from decided.campaign_effect
where
    is_readable
    and against_arm = 'holdout'
    and arm = 'window'
    and outcome in ('relocated', 'paid_through_target')
    and horizon = 'campaign'
    and effect_low is not null
order by campaign_code, segment
