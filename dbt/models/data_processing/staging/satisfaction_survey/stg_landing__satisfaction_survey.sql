with source as (
    select *
    from {{ source('landing', 'satisfaction_survey') }}
),

renamed as (
    select
        channel_code,
        question_code,
        period_month,
        grade,
        answers,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed
