-- Tiers of the contracts in force today, and whether the channel is the utility's own.
select
    contracts.channel_code as channel,
    contracts.contract_id as contract,
    coalesce(channels.is_own, false) as is_own,
    contracts.tier_rule,
    contracts.tier_from_yuan::double as from_yuan,
    contracts.rate_pct::double as rate_pct,
    contracts.fixed_fee_yuan::double as fixed_yuan,
    contracts.monthly_fee_yuan::double as monthly_yuan,
    coalesce(contracts.minimum_yuan, 0)::double as minimum_yuan,
    coalesce(contracts.floor_yuan, 0)::double as floor_yuan,
    coalesce(contracts.cap_yuan, 'infinity'::double)::double as cap_yuan
from data_processing.channel_contracts as contracts
left join data_processing.channels as channels using (channel_code)
where $as_of::date between valid_from and coalesce(valid_to, '9999-12-31'::date)
order by channel, from_yuan
