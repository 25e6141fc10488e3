create or replace temp table randomised as
with hashed as (
    select
        customer_id,
        stratum,
        main_hour_band,
        {digest} as digest
    from candidates
    where suppressed_by is null
),

drawn as (
    select
        *,
        row_number() over (order by stratum, {u_budget}, customer_id) as place
    from hashed
),

-- Every so-many-th customer in the order of the strata: each stratum keeps its share.
afforded as (
    select *
    from drawn
    where floor(place * $share::double) > floor((place - 1) * $share::double)
),

offsets as (
    select
        stratum,
        count(*) as customers,
        {u_stratum} as shift
    from (
        select
            stratum,
            {stratum_digest} as stratum_digest
        from afforded
    )
    group by stratum, stratum_digest
),

placed as (
    select
        afforded.customer_id,
        afforded.stratum,
        afforded.main_hour_band,
        {u_day} as u_day,
        {u_ahead} as u_ahead,
        {u_content} as u_content,
        (row_number() over (
            partition by afforded.stratum order by {u_arm}, afforded.customer_id
        ) - 1 + offsets.shift) / offsets.customers as place
    from afforded
    join offsets using (stratum)
),

armed as (
    select
        * exclude (place),
        case
            when place < $window_to then 'window'
            when place < $random_to then 'random_day'
            else 'holdout'
        end as arm
    from placed
),

-- Creatives are drawn as the arms are: in their shares within every stratum of an arm.
creative_offsets as (
    select
        stratum,
        arm,
        count(*) as customers,
        {u_creative} as shift
    from (
        select
            stratum,
            arm,
            {creative_digest} as creative_digest
        from armed
    )
    group by stratum, arm, creative_digest
)

select
    armed.* exclude (u_content),
    (row_number() over (
        partition by armed.stratum, armed.arm order by armed.u_content, armed.customer_id
    ) - 1 + creative_offsets.shift) / creative_offsets.customers as content_place
from armed
join creative_offsets using (stratum, arm)
