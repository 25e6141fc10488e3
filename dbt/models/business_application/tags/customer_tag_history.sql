with changes as (
    select * from {{ source('decided', 'customer_tag_changes') }}
)

select
    customer_id,
    tag_code,
    change,
    changed_on,
    held_since,
    expires_on,
    reason_code,
    case reason_code
        when 'rule_met' then 'the rule holds now'
        when 'rule_not_met' then 'the rule no longer holds'
        when 'rule_changed' then 'the rule was declared anew'
        when 'expired' then 'it was not renewed in time'
        when 'withdrawn' then 'the tag is no longer declared'
    end as reason_en,
    case reason_code
        when 'rule_met' then '满足规则'
        when 'rule_not_met' then '不再满足规则'
        when 'rule_changed' then '规则已变更'
        when 'expired' then '到期未续'
        when 'withdrawn' then '标签已停用'
    end as reason_zh
from changes
