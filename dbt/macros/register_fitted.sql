{# The tables that Python writes (models into layer 2, decisions) exist before: without a row. One
   that stands is not asked for again. #}
{% macro register_fitted() %}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'show', 'compile', 'docs', 'generate') %}
        {% for schema in ('platform_support', 'decided') %}
            {% set missing = [] %}
            {% for node in graph.sources.values() if node.source_name == schema %}
                {% if adapter.get_relation(target.database, schema, node.name) is none %}
                    {% do missing.append(node) %}
                {% endif %}
            {% endfor %}
            {% if missing %}
                {% do adapter.create_schema(api.Relation.create(database=target.database, schema=schema)) %}
            {% endif %}
            {% for node in missing %}{% do run_query(fitted_table(node)) %}{% endfor %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro fitted_table(node) %}
    create table if not exists {{ node.source_name }}.{{ node.name }} (
        {% for name, column in node.columns.items() %}
            {{ name }} {{ column.data_type }}{{ ',' if not loop.last }}
        {% endfor %}
    )
{% endmacro %}
