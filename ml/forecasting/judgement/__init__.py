"""How forecasts are judged: rolling origins, metrics, conformal intervals, promotion."""
