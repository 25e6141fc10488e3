"""Forecasts that agree: over channel and region, and with the customers' own windows."""
