-- Offers in money: top-ups rounded up to the declared steps, advances by risk within their cap.
-- Registered beside it: topup_steps. A decimal in the reasons is what the table says.
with prepaid as (
    {graded}
),

postpaid as (
    {postpaid}
),

offered as (
    select * from prepaid
    union all by name
    select * from postpaid
),

stepped as (
    select
        offered.*,
        row_number() over (
            partition by offered.customer_id order by steps.up_to_yuan
        ) as step_place,
        steps.step_yuan
    from offered
    inner join topup_steps as steps on offered.topup_needed <= steps.up_to_yuan
),

rounded as (
    select
        *,
        cast(
            ceil(topup_needed / cast(step_yuan as double)) * step_yuan as decimal(18, 2)
        ) as topup_yuan,
        case
            when offer_kind = 'prepaid' then least(
                cast(floor(use_per_day * advance_days) as decimal(18, 2)), advance_cap_yuan
            )
        end as advance_limit_yuan
    from stepped
    where step_place = 1
)

select
    customer_id,
    offer_kind,
    case when topup_yuan > 0 then topup_yuan end as topup_yuan,
    case when topup_yuan > 0 then cast(step_yuan as decimal(18, 2)) end as topup_step_yuan,
    case
        when topup_yuan > 0 then greatest(
            least(next_purchase_on, depletes_on), cast($as_of as date) + 1
        )
    end as topup_by,
    cast(balance_today as decimal(18, 2)) as balance_yuan,
    cast(use_per_day as decimal(18, 4)) as use_per_day_yuan,
    cast(round(days_covered) as int) as days_covered,
    depletes_on,
    advance_limit_yuan,
    case
        when offer_kind = 'prepaid' then cast(advance_cap_yuan as decimal(18, 2))
    end as advance_cap_yuan,
    arrears_risk,
    case
        when offer_kind = 'postpaid' then concat(
            payments_without_bill, ' payments of the last year were ahead of a bill; covers the ',
            'next bill in ', $usage_pct, ' % of cases (mean ',
            cast(mean_amount as decimal(18, 2)), ' yuan)'
        )
        when topup_yuan > 0 then concat(
            'uses ', cast(use_per_day as decimal(18, 2)), ' yuan a day; lasts ',
            cast(round(days_covered) as int), ' days, past the next purchase, in ', $usage_pct,
            ' % of cases'
        )
        else concat('the balance lasts past the next purchase: no top-up is needed')
    end as topup_reason_en,
    case
        when offer_kind = 'postpaid' then concat(
            '近一年', payments_without_bill, '次缴费早于账单；在', $usage_pct,
            '%的情形下足够支付下期账单（均值', cast(mean_amount as decimal(18, 2)), '元）'
        )
        when topup_yuan > 0 then concat(
            '日均用电', cast(use_per_day as decimal(18, 2)), '元；在', $usage_pct,
            '%的情形下可用', cast(round(days_covered) as int), '天，覆盖至下次购电之后'
        )
        else '余额可用至下次购电之后，无需充值'
    end as topup_reason_zh,
    case
        when offer_kind = 'postpaid' then 'no advance: bills are paid after use'
        else concat('risk ', risk_en, ': ', advance_reason_en)
    end as advance_reason_en,
    case
        when offer_kind = 'postpaid' then '不设预支额度：后付费用户先用后付'
        else concat('风险', risk_zh, '：', advance_reason_zh)
    end as advance_reason_zh
from rounded
order by customer_id
