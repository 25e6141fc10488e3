"""Guidance: who is recommended which channel, what that relieves, what the own channels hold.

Between the warehouse and ``ml.matching``; what may be spent is declared in ``guidance.yaml``.
"""
