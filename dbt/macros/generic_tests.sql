{# Fails for every key that is incomplete or occurs more than once: one scan for both rules. #}
{% test primary_key(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as occurrences
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {% for column in columns %}
            or {{ column }} is null
        {% endfor %}
{% endtest %}

{# Fails for every key that the other table lacks, once that table holds anything at all: a source
   that was never delivered is not a broken reference. #}
{% test refers_to_delivered(model, column_name, to, field) %}
    with child as (
        select {{ column_name }} as reference
        from {{ model }}
        where {{ column_name }} is not null
    )

    select
        child.reference,
        count(*) as occurrences
    from child
    where
        exists (select 1 from {{ to }})
        and not exists (
            select 1 from {{ to }} as parent where parent.{{ field }} = child.reference
        )
    group by child.reference
{% endtest %}
