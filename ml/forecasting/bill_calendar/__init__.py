"""The bill-calendar model: bills, days off and lunar New Year, log-linear, many series at once."""
