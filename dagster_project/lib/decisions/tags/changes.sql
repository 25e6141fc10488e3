-- One row per tag gained or lost today, with what it is owed to.
create or replace temp table tag_changes_found as
select
    differences.customer_id,
    positions.tag_code,
    'gained' as change,
    $as_of as changed_on,
    $as_of as held_since,
    positions.valid_to as expires_on,
    if(positions.is_rule_new, 'rule_changed', 'rule_met') as reason_code,
    positions.is_first
from tag_differences as differences
inner join tag_positions as positions
    on differences.gained & positions.bit::hugeint <> 0
union all
select
    differences.customer_id,
    positions.tag_code,
    'lost',
    $as_of,
    base.held_since,
    base.expires_on,
    case
        when positions.is_withdrawn then 'withdrawn'
        when not positions.is_evaluated then 'expired'
        when positions.is_rule_new then 'rule_changed'
        else 'rule_not_met'
    end,
    false
from tag_differences as differences
inner join tag_base as base on differences.customer_id = base.customer_id
inner join tag_positions as positions
    on base.tag_code = positions.tag_code
where differences.lost & positions.bit::hugeint <> 0
