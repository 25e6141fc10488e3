-- Orders count in the month of their settlement, payments in their own: the two sums of a month
-- differ by what is settled on the first weekdays of the next.
with months as (
    select * from {{ ref('commission_months') }}
),

orders as (
    select * from {{ ref('settlement_fee_months') }}
),

joined as (
    select
        months.*,
        orders.orders,
        orders.orders_without_contract,
        orders.wrong_orders,
        orders.orders - orders.orders_without_contract as compared_orders,
        orders.orders - orders.orders_without_contract - orders.wrong_orders
            as equal_orders,
        orders.amount_yuan,
        orders.owed_fees_yuan,
        orders.delivered_fees_yuan,
        orders.difference_yuan,
        orders.overcharged_yuan,
        orders.undercharged_yuan,
        coalesce(orders.owed_fees_yuan, months.owed_by_payments_yuan, 0)
            as order_fees_yuan,
        coalesce(months.customers, orders.orders, 0)
        < {{ var('small_cell_customers') }} as is_small_cell
    from months
    left join orders
        on months.channel_code = orders.channel_code
        and months.settled_month = orders.settled_month
),

owed as (
    select
        *,
        greatest(0, coalesce(minimum_yuan, 0) - order_fees_yuan) as minimum_top_up_yuan,
        monthly_fee_yuan + greatest(order_fees_yuan, coalesce(minimum_yuan, 0))
            as owed_yuan
    from joined
)

select
    channel_code,
    settled_month,
    is_month_complete,
    contract_id,
    is_small_cell,
    orders,
    orders_without_contract,
    wrong_orders,
    {{ share('equal_orders', 'compared_orders', 'equal_orders_pct') }},
    {{ unless_small('amount_yuan', 'decimal(18,2)') }},
    {{ unless_small('owed_fees_yuan', 'decimal(18,2)') }},
    {{ unless_small('delivered_fees_yuan', 'decimal(18,4)') }},
    {{ unless_small('difference_yuan', 'decimal(18,4)') }},
    {{ unless_small('overcharged_yuan', 'decimal(18,4)') }},
    {{ unless_small('undercharged_yuan', 'decimal(18,4)') }},
    payments,
    {{ unless_small('owed_by_payments_yuan', 'decimal(18,2)') }},
    {{ unless_small('monthly_fee_yuan', 'decimal(18,2)') }},
    {{ unless_small('minimum_top_up_yuan', 'decimal(18,2)') }},
    {{ unless_small('owed_yuan', 'decimal(18,2)') }},
    {{ reasons([
        ('is_small_cell', 'yuan: too few customers to be shown'),
        ('orders is null', 'orders, fees: nothing settled, so owed by the payments'),
        ('contract_id is null', 'owed_yuan: no contract in force'),
        ('orders_without_contract > 0', 'some orders: no contract on their day')
    ], 'not_available') }}
from owed
