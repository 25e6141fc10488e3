-- Complaints up to $as_of; those without a category by what classified their text.
select
    attributed.complaint_id,
    attributed.customer_id,
    attributed.channel_code,
    attributed.received_on,
    cast(attributed.answered_at as date) as answered_on,
    attributed.is_satisfied,
    case
        when attributed.category <> 'other' then attributed.category
        else coalesce(classes.category, 'unclassified')
    end as category,
    case
        when attributed.category <> 'other' then 'delivered'
        when classes.category <> 'unclassified' then classes.method
        else 'none'
    end as category_source,
    case when attributed.category = 'other' then classes.score end as category_score,
    classes.need_code
from data_processing.int_complaints_attributed as attributed
left join decided.complaint_classes as classes
    on attributed.complaint_id = classes.complaint_id
where attributed.received_on <= cast($as_of as date)
