-- Nobody is guided at a loss, to the present channel, or with a chance that is none.
with guided as (
    select * from {{ ref('channel_guidance') }}
)

select
    customer_id,
    net_gain_yuan,
    p_move
from guided
where
    not (net_gain_yuan > 0)
    or not (p_move > 0 and p_move <= 1)
    or not (propensity > 0 and propensity <= 1)
    or recommended_channel_code = present_channel_code
    or saving_low_yuan > saving_per_year_yuan
    or saving_high_yuan < saving_per_year_yuan
    or contact_on <= decided_on
