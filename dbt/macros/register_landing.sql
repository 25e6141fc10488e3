{# Makes the sources of layer 1: a view per landed table over the Parquet that landing wrote. #}
{% macro register_landing() %}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'seed', 'show', 'compile', 'docs', 'generate') %}
        {% do adapter.create_schema(api.Relation.create(database=target.database, schema='landing')) %}
        {% for node in graph.sources.values() if node.source_name == 'landing' %}
            {% do run_query(landing_view(node)) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro landing_view(node) %}
    {{ return(adapter.dispatch('landing_view', 'jiaofei')(node)) }}
{% endmacro %}

{% macro duckdb__landing_view(node) %}
    {% set place = env_var('JIAOFEI_HOME', '../data') ~ '/landing/' ~ node.meta.files %}
    create or replace view landing.{{ node.name }} as
    select * from read_parquet(
        '{{ place }}'
        {% if '*/*/*' in node.meta.files %}
            , hive_partitioning = true, hive_types = {'business_date': date}
        {% endif %}
    )
{% endmacro %}

{% macro spark__landing_view(node) %}
    {% set place = env_var('JIAOFEI_HOME', '../data') ~ '/landing/' ~ node.name %}
    create or replace temporary view landing_{{ node.name }} using parquet
    options (path '{{ place }}', recursiveFileLookup 'true')
{% endmacro %}
