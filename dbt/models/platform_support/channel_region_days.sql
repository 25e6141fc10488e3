-- Late data: the changed days are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_days('payments', 'paid_on')) }}"
    )
}}

select
    channel_code,
    region_code,
    paid_on,
    count(*) as payments,
    cast(sum(amount_yuan) as decimal(38, 2)) as amount_yuan
from {{ ref('int_payments_matched') }}
where payment_status = 'success' and {{ changed_days('payments', 'paid_on') }}
group by channel_code, region_code, paid_on
