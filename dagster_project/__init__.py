"""The Dagster project of Jiaofei: definitions, the code behind them, and the command line."""
