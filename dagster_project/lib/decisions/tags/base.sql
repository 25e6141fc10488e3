-- What was held on the day before: what a run of this day or a later one gained is left out, and
-- what it lost is held again.
create or replace temp view tag_base as
select
    held.customer_id,
    held.tag_code,
    held.held_since,
    held.expires_on
from decided.customer_tags as held
where held.held_since < getvariable('tags_as_of')
union all
select
    lost.customer_id,
    lost.tag_code,
    lost.held_since,
    lost.expires_on
from decided.customer_tag_changes as lost
where
    lost.change = 'lost'
    and lost.changed_on >= getvariable('tags_as_of')
    and lost.held_since < getvariable('tags_as_of')
