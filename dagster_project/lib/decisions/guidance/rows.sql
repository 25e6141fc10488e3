-- The guided customers with their reasons; guidance_choices holds the matching, place by place.
select
    $as_of::date as decided_on,
    customers.customer_id,
    customers.region_code,
    customers.present_channel_code,
    choices.recommended_channel_code,
    choices.contact_means,
    choices.saving_per_year_yuan,
    choices.saving_low_yuan,
    choices.saving_high_yuan,
    choices.saving_if_moved_yuan,
    choices.net_gain_yuan,
    choices.contact_cost_yuan,
    choices.p_move,
    choices.is_p_move_assumed,
    choices.p_move_basis,
    choices.retention,
    choices.payments_per_year,
    customers.usual_amount_yuan,
    customers.known_share,
    customers.present_cost_yuan as present_cost_per_payment_yuan,
    choices.recommended_cost_yuan as recommended_cost_per_payment_yuan,
    customers.contact_on,
    customers.contact_hour_band,
    choices.is_exploration,
    choices.propensity,
    customers.is_protected,
    format(
        'Pays {:.0f} times a year, mostly through: {}, at {:.2f} yuan a payment; {} costs {:.2f}. '
        'Saves {:.2f} yuan a year if moved; {:.1f} % move after a contact by {} ({}){}',
        choices.payments_per_year, present.channel_name_en, customers.present_cost_yuan, target.channel_name_en, choices.recommended_cost_yuan,
        choices.saving_if_moved_yuan, 100 * choices.p_move, choices.means_en,
        case choices.p_move_basis
            when 'assumption' then 'assumed'
            when 'experiment' then 'measured by campaigns'
            else 'by the uplift model'
        end,
        if(choices.is_exploration, '; drawn at random to learn', '')
    ) as reason_en,
    format(
        '年缴费约{:.0f}次，主要经{}，每笔成本{:.2f}元；{}每笔{:.2f}元。'
        '若转移每年节约{:.2f}元；{}触达后约{:.1f}%转移（{}）{}',
        choices.payments_per_year, present.channel_name_zh,
        customers.present_cost_yuan, target.channel_name_zh, choices.recommended_cost_yuan,
        choices.saving_if_moved_yuan, choices.means_zh, 100 * choices.p_move,
        case choices.p_move_basis
            when 'assumption' then '假设'
            when 'experiment' then '活动实测'
            else '增益模型'
        end,
        if(choices.is_exploration, '；随机探索', '')
    ) as reason_zh
from guidance_choices as choices
inner join guidance_customers as customers on choices.place = customers.place
inner join guidance_terms as present
    on customers.present_channel_code = present.channel_code
inner join guidance_terms as target on choices.recommended_channel_code = target.channel_code
order by customers.customer_id
