"""Numbers in, numbers out: models and the simulator, without Dagster and without a warehouse."""
