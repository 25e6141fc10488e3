-- What the channels saved is what the customers saved; hidden cells are compared as hidden.
{{ config(meta={'dagster': {'ref': {'name': 'channel_relocation'}}}) }}

with moves as (
    select
        from_channel_code,
        to_channel_code,
        {{ month_of('moved_on') }} as moved_month,
        count(*) as moves,
        sum(payments_there) as observed_payments,
        sum(fee_saved_yuan) as fee_saved_yuan,
        sum(handling_saved_yuan) as handling_saved_yuan
    from {{ ref('customer_relocation') }}
    group by all
),

cells as (
    select * from {{ ref('channel_relocation') }}
)

select
    moves.from_channel_code,
    moves.to_channel_code,
    moves.moved_month
from moves
left join cells
    on moves.from_channel_code = cells.from_channel_code
    and moves.to_channel_code = cells.to_channel_code
    and moves.moved_month = cells.moved_month
where
    cells.is_small_cell is null
    or (
        not cells.is_small_cell
        and (
            moves.moves <> cells.moves
            or moves.observed_payments <> cells.observed_payments
            or coalesce(moves.fee_saved_yuan, 0) <> coalesce(cells.fee_saved_yuan, 0)
            or coalesce(moves.handling_saved_yuan, 0)
            <> coalesce(cells.handling_saved_yuan, 0)
        )
    )
