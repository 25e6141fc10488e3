-- What a payment of the amount costs: commission within floor and cap, fixed fee, handling.
create or replace temp macro payment_cost(amount, rate_pct, floor_yuan, cap_yuan, fixed, handling)
as cast(
    round(least(
        coalesce(cap_yuan, 999999999::decimal(18, 4)),
        greatest(coalesce(floor_yuan, 0::decimal(18, 4)), amount * rate_pct * 0.01::decimal(3, 2))
    ), 2) + fixed + handling
as decimal(18, 4))
