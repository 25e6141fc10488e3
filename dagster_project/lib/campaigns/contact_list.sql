create or replace temp table contact_list as
with clear as (
    select
        customer_id,
        customer_no,
        {personal}
    from read_parquet({files}, union_by_name = true, filename = true)
    join delivery_order on ends_with(filename, delivery_order.ending)
    qualify row_number() over (
        partition by customer_id order by delivered_on desc, landed_sequence desc
    ) = 1
),

planned as (
    select *
    from read_parquet({audience})
    where arm <> 'holdout'
)

select
    planned.customer_id,
    planned.contact_on,
    planned.contact_hour_band,
    planned.content_code,
    clear.customer_no,
    {listed}
    exported.customer_id is not null as is_exported,
    opted_out.customer_id is not null as is_opted_out,
    planned.contact_on < $today as is_missed,
    coalesce({needed}, '') = '' as is_unreachable
from planned
left join clear using (customer_id)
left join exported using (customer_id)
left join (
    select distinct customer_id
    from data_processing.stg_landing__campaign_contacts
    where contact_event = 'opted_out'
) as opted_out using (customer_id)
where planned.contact_on <= $until
