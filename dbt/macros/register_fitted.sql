{# The tables that models write into layer 2 exist before they are first scored: without a row. #}
{% macro register_fitted() %}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'show', 'compile', 'docs', 'generate') %}
        {% do adapter.create_schema(api.Relation.create(database=target.database, schema='platform_support')) %}
        {% for node in graph.sources.values() if node.source_name == 'platform_support' %}
            {% do run_query(fitted_table(node)) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro fitted_table(node) %}
    create table if not exists platform_support.{{ node.name }} (
        {% for name, column in node.columns.items() %}
            {{ name }} {{ column.data_type }}{{ ',' if not loop.last }}
        {% endfor %}
    )
{% endmacro %}
