{% set families = [
    'payment_timing', 'segmentation', 'forecasting', 'fuzzy_evaluation'
] %}

{% for family in families %}
    select
        release_id,
        model,
        fitted_on,
        data_version,
        component,
        segment,
        metric,
        value,
        champion,
        champion_value,
        difference_low,
        difference_high,
        bar,
        is_met,
        decision,
        reason_en,
        reason_zh,
        fit_seconds,
        peak_memory_mb
    from {{ source('platform_support', family ~ '_validations') }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
