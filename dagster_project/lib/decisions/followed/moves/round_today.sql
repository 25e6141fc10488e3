-- The guided customers of the present round, all or a fixed sample: what was predicted of them, and
-- whether the standing holdout leaves them alone.
select
    guided.decided_on,
    guided.customer_id,
    coalesce(guided.present_channel_code, 'none') || '|' || case
        when file.is_elderly then 'elderly'
        else coalesce(file.customer_type, 'unknown')
    end as segment,
    guided.recommended_channel_code,
    guided.p_move,
    guided.is_p_move_assumed,
    guided.is_exploration,
    holdout.customer_id is not null as is_held_out
from decided.channel_guidance as guided
left join data_processing.int_customers_versioned as file
    on guided.customer_id = file.customer_id
    and guided.decided_on >= file.valid_from
    and guided.decided_on < file.valid_to
left join platform_support.global_holdout as holdout
    on guided.customer_id = holdout.customer_id
where abs(guided.customer_id) % $buckets < $taken
order by guided.customer_id
