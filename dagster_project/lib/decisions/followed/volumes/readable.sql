-- Campaigns whose payments through the target may be compared with those of their holdout.
select distinct campaign_code
from decided.campaign_effect
where
    is_readable
    and against_arm = 'holdout'
    and outcome = 'paid_through_target'
    and horizon = 'campaign'
    and segment = 'all'
    and estimator = 'difference'
order by campaign_code
