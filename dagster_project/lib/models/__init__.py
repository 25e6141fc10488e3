"""Between the warehouse and ``ml``: what a model is fitted from, where its results are kept.

The mathematics is in ``ml``, which knows no warehouse; the assets are in ``defs``.
"""
