-- All texts are those of the categories, and what was got right of all is what was of each.
with figures as (
    select * from {{ ref('complaint_classifier_validation') }}
),

sums as (
    select
        method,
        bool_or(is_small_cell) as has_small_cell,
        sum(case when category <> 'all' then texts else 0 end) as texts_by_category,
        sum(case when category = 'all' then texts else 0 end) as all_texts,
        sum(case when category <> 'all' then texts * accuracy_pct else 0 end)
            as right_by_category,
        sum(case when category = 'all' then texts * accuracy_pct else 0 end)
            as all_right
    from figures
    group by method
)

select
    figures.method,
    figures.category
from figures
inner join sums on figures.method = sums.method
where
    figures.accuracy_pct not between 0 and 100
    or figures.precision_pct not between 0 and 100
    or figures.classified_pct not between 0 and 100
    or figures.accuracy_pct > figures.classified_pct
    or (not sums.has_small_cell and sums.texts_by_category <> sums.all_texts)
    or (
        not sums.has_small_cell
        and abs(sums.right_by_category - sums.all_right) > sums.all_texts * 0.001
    )
