"""The commission plan between the warehouse and ``ml/commission``: sums in, tables out.

What a schedule brings is computed in ``ml/``; what a contract owes, in SQL.
"""
