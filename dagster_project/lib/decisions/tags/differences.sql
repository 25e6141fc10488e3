-- Customers whose tags differ from before, as bits gained and bits lost.
create or replace temp table tag_differences as
with positions as (
    select
        tag_code,
        bit::hugeint as bit,
        is_evaluated
    from tag_positions
),

held as (
    select
        base.customer_id,
        bit_or(positions.bit) as mask,
        bit_or(positions.bit) filter (
            where not positions.is_evaluated and base.expires_on >= $as_of
        ) as kept
    from tag_base as base
    inner join positions on base.tag_code = positions.tag_code
    group by base.customer_id
),

compared as (
    select
        coalesce(found.customer_id, held.customer_id) as customer_id,
        coalesce(found.mask, 0) | coalesce(held.kept, 0) as mask,
        coalesce(held.mask, 0) as mask_before
    from tag_masks as found
    full outer join held on found.customer_id = held.customer_id
)

select
    customer_id,
    xor(mask, mask & mask_before) as gained,
    xor(mask_before, mask & mask_before) as lost
from compared
where mask <> mask_before
