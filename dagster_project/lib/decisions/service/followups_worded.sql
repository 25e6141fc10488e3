-- Why it is on the list, in both languages.
select
    *,
    concat(
        case kind
            when 'complaint' then 'complaint: ' || title_en
            when 'dissatisfied' then 'the answer of ' || since || ' did not satisfy'
            else broken_off || ' online payments broken off, none since'
        end,
        '; ', working_days, ' working days from ', since,
        case when state = 'overdue' then '; overdue' else '' end,
        case when kind <> 'unmet_need' and complaints_of_quarter > 1
            then '; ' || complaints_of_quarter || ' complaints in a quarter' else '' end,
        case when is_protected then '; protected household, by phone' else '' end,
        case category_source
            when 'model' then '; category by the text classifier'
            when 'dictionary' then '; category by the dictionary of terms'
            when 'none' then '; category unsure, the shortest term applies'
            else ''
        end
    ) as reason_en,
    concat(
        case kind
            when 'complaint' then '投诉：' || title_zh
            when 'dissatisfied' then '对' || since || '的答复不满意'
            else '线上缴费中断' || broken_off || '次，此后未缴费'
        end,
        '；自', since, '起', working_days, '个工作日内办结',
        case when state = 'overdue' then '；已超期' else '' end,
        case when kind <> 'unmet_need' and complaints_of_quarter > 1
            then '；一季度内投诉' || complaints_of_quarter || '次' else '' end,
        case when is_protected then '；重点保障用户，电话答复' else '' end,
        case category_source
            when 'model' then '；类别由文本分类模型判定'
            when 'dictionary' then '；类别由词典判定'
            when 'none' then '；类别不确定，按最短时限办理'
            else ''
        end
    ) as reason_zh
from known
