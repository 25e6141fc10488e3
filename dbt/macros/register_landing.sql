{# Makes the sources of layer 1: a view per landed table over the Parquet that landing wrote. A view
   that stands as it should is left alone, for each one made opens files. Files that were landed
   before a column was declared have it empty. #}
{% macro register_landing() %}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'seed', 'show', 'compile', 'docs', 'generate') %}
        {% set standing = {} if flags.FULL_REFRESH else standing_landing_views() %}
        {% set missing = [] %}
        {% for node in graph.sources.values() if node.source_name == 'landing' %}
            {% if landing_place(node) not in standing.get(node.name, '') %}
                {% do missing.append(node) %}
            {% endif %}
        {% endfor %}
        {% if missing %}
            {% do adapter.create_schema(api.Relation.create(database=target.database, schema='landing')) %}
        {% endif %}
        {% for node in missing %}{% do run_query(landing_view(node)) %}{% endfor %}
    {% endif %}
{% endmacro %}

{# Where the files of a landed table lie, as the view quotes it. #}
{% macro landing_place(node) %}
    {{ return("'" ~ env_var('JIAOFEI_HOME', '../data') ~ '/landing/' ~ node.meta.files ~ "'") }}
{% endmacro %}

{# Definitions of the views there are, by name. #}
{% macro standing_landing_views() %}
    {{ return(adapter.dispatch('standing_landing_views', 'jiaofei')()) }}
{% endmacro %}

{% macro duckdb__standing_landing_views() %}
    {% set found = run_query(
        "select view_name, sql from duckdb_views() where schema_name = 'landing'"
    ) %}
    {{ return(dict(zip(found.columns[0].values(), found.columns[1].values()))) }}
{% endmacro %}

{# Temporary views end with their session. #}
{% macro spark__standing_landing_views() %}
    {{ return({}) }}
{% endmacro %}

{% macro landing_view(node) %}
    {{ return(adapter.dispatch('landing_view', 'jiaofei')(node)) }}
{% endmacro %}

{% macro duckdb__landing_view(node) %}
    create or replace view landing.{{ node.name }} as
    select * from read_parquet(
        {{ landing_place(node) }}
        {% if '*/*/*' in node.meta.files %}
            , hive_partitioning = true, hive_types = {'business_date': date}
        {% endif %}
        {% if node.meta.has_new_columns %}, union_by_name = true{% endif %}
    )
{% endmacro %}

{% macro spark__landing_view(node) %}
    {% set place = env_var('JIAOFEI_HOME', '../data') ~ '/landing/' ~ node.name %}
    create or replace temporary view landing_{{ node.name }} using parquet
    options (
        path '{{ place }}', recursiveFileLookup 'true'
        {% if node.meta.has_new_columns %}, mergeSchema 'true'{% endif %}
    )
{% endmacro %}
