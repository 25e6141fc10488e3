-- Holders of every tag after today's changes, and the changes of the calendar month.
with base as (
    select
        tag_code,
        count(*) as holders
    from tag_base
    group by tag_code
),

today as (
    select
        tag_code,
        count(*) filter (where change = 'gained') as gained,
        count(*) filter (where change = 'lost') as lost,
        count(*) filter (where change = 'gained' and not is_first) as booked_gained
    from tag_changes_found
    group by tag_code
),

earlier as (
    select
        tag_code,
        count(*) filter (where change = 'gained') as gained,
        count(*) filter (where change = 'lost') as lost
    from decided.customer_tag_changes
    where changed_on >= date_trunc('month', $as_of) and changed_on < $as_of
    group by tag_code
),

everybody as (
    select count(*) as customers
    from platform_support.customer_standing
)

select
    positions.tag_code,
    coalesce(base.holders, 0) + coalesce(today.gained, 0) - coalesce(today.lost, 0)
        as customers,
    everybody.customers as known_customers,
    coalesce(earlier.gained, 0) + coalesce(today.booked_gained, 0) as gained_this_month,
    coalesce(earlier.lost, 0) + coalesce(today.lost, 0) as lost_this_month
from tag_positions as positions
cross join everybody
left join base on positions.tag_code = base.tag_code
left join today on positions.tag_code = today.tag_code
left join earlier on positions.tag_code = earlier.tag_code
