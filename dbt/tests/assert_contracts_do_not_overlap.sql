-- One contract of a channel at a time: two would charge each payment twice.
with contracts as (
    select
        channel_code,
        contract_id,
        valid_from,
        max(coalesce(valid_to, cast('9999-12-31' as date))) as valid_to
    from {{ ref('channel_contracts') }}
    group by channel_code, contract_id, valid_from
)

select
    earlier.channel_code,
    earlier.contract_id,
    later.contract_id as other_contract_id
from contracts as earlier
inner join contracts as later
    on earlier.channel_code = later.channel_code
    and earlier.contract_id < later.contract_id
    and earlier.valid_from <= later.valid_to
    and earlier.valid_to >= later.valid_from
