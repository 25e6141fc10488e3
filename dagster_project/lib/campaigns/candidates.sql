create or replace temp table candidates as
with people as (
    select
        customer_id,
        customer_type,
        region_code,
        coalesce(is_elderly, false) or coalesce(is_low_income, false) as is_protected
    from data_processing.int_customers_versioned
    where valid_from <= $today and valid_to > $today
),

wanted as (
    select
        people.*,
        coalesce(segments.segment::varchar, 'none') as segment,
        coalesce(profiles.counter_share_pct, 0) > 0 as uses_counter,
        profiles.main_hour_band
    from people
    left join business_application.customer_payment_profile as profiles using (customer_id)
    left join platform_support.customer_segments_assigned as segments using (customer_id)
    where {conditions}
),

opted_out as (
    select distinct customer_id
    from data_processing.stg_landing__campaign_contacts
    where contact_event = 'opted_out' and happened_on <= $today
),

in_running_campaign as (
    select distinct contacts.customer_id
    from data_processing.stg_landing__campaign_contacts as contacts
    join data_processing.stg_landing__campaigns as campaigns using (campaign_code)
    where contacts.contact_event = 'assigned' and campaigns.ends_on >= $starts_on
),

-- What was planned counts as done: a gateway may report late, or never.
contacted_recently as (
    select customer_id
    from data_processing.stg_landing__campaign_contacts
    where contact_event = 'contacted' and happened_on > $starts_on - $gap_days::integer
    union
    select customer_id
    from decided.campaign_audience
    where contact_on > $starts_on - $gap_days::integer
)

select
    wanted.customer_id,
    wanted.main_hour_band,
    concat_ws('/', wanted.segment, wanted.region_code, wanted.customer_type) as stratum,
    case
        when opted_out.customer_id is not null then 'opted_out'
        when global_holdout.customer_id is not null then 'global_holdout'
        when wanted.is_protected and wanted.uses_counter and $target <> 'counter'
            then 'protected'
        when in_running_campaign.customer_id is not null then 'running_campaign'
        when contacted_recently.customer_id is not null then 'contacted_recently'
    end as suppressed_by
from wanted
left join opted_out using (customer_id)
left join platform_support.global_holdout as global_holdout using (customer_id)
left join in_running_campaign using (customer_id)
left join contacted_recently using (customer_id)
