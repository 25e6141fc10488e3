{% set validations = [
    source('platform_support', 'payment_timing_validations'),
    source('platform_support', 'segmentation_validations'),
    source('platform_support', 'forecasting_validations'),
    source('platform_support', 'fuzzy_evaluation_validations'),
    source('decided', 'prediction_validations')
] %}

{% for validation in validations %}
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
    from {{ validation }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
