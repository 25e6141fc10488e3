{# 1 where a customer's bill of that number after assignment was paid through the target channel, 0
   where it was not, empty where it is not mature. #}
{% macro target_bill(number) -%}
    max(case
        when bill_number = {{ number }} and is_mature
            then if(settled_channel_code = target_channel_code, 1, 0)
    end) as target_bill_{{ number }}
{%- endmacro %}

{# Sums of the variables and of all their products over units whose outcome is known; the variables
   are decimals, so that the sums are exact and do not depend on the order of their terms. #}
{% macro sums_of_products(variables) -%}
    {%- set terms = [] -%}
    {%- for a in variables -%}
        {%- do terms.append((a, 'sum_' ~ a)) -%}
        {%- for b in variables[loop.index0:] -%}
            {%- do terms.append((a ~ ' * ' ~ b, 'sum_' ~ a ~ '_' ~ b)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for term, name in terms -%}
        cast(sum({{ term }}) filter (where m is not null) as double) as {{ name }}
        {{- ', ' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{# Bills of members as of the declared today: thirty days past its due day an unpaid bill counts as
   not paid through the target. The CTE `ends` holds the last days of each campaign. #}
{% macro bills_to_date() -%}
    select
        campaign_bills.*,
        campaign_bills.due_on + 30 <= ends.measured_to as is_mature,
        campaign_bills.due_on between campaign_bills.assigned_on and ends.last_on
            as is_due_in_campaign
    from {{ ref('campaign_bills') }} as campaign_bills
    inner join ends on campaign_bills.campaign_code = ends.campaign_code
{%- endmacro %}

{# Rows of members that changed, or that are no longer assigned so, leave before they are inserted
   again. #}
{% macro delete_changed_members() -%}
    {%- if execute and is_incremental() -%}
        delete from {{ this }} as kept
        where
            kept.customer_id in (
                select changed.customer_id from {{ landing('changed_customers') }} as changed
            )
            or not exists (
                select 1
                from {{ this.schema }}.campaign_members as members
                where
                    members.campaign_code = kept.campaign_code
                    and members.customer_id = kept.customer_id
                    and members.target_channel_code = kept.target_channel_code
                    and members.assigned_on = kept.assigned_on
            )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{# Members whose rows have to be made: everybody on a full build, else those who have none. #}
{% macro members_without_rows() -%}
    select
        members.campaign_code,
        members.customer_id,
        members.target_channel_code,
        members.assigned_on
    from {{ ref('campaign_members') }} as members
    {% if is_incremental() %}
        where not exists (
            select 1
            from {{ this }} as kept
            where
                kept.campaign_code = members.campaign_code
                and kept.customer_id = members.customer_id
        )
    {% endif %}
{%- endmacro %}
