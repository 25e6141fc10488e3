"""Daily payments by channel and region: candidates, rolling origins, intervals, promotion.

``backtest`` is the weekly refit, ``forecast`` the daily run; both take and give long frames.
"""

from ml.forecasting.daily import findings, forecast
from ml.forecasting.refit import backtest
from ml.forecasting.result import BacktestResult

__all__ = ["BacktestResult", "backtest", "findings", "forecast"]
