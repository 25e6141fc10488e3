"""Customers matched to channels and contacts within capacities and a budget; numbers in and out.

Where gains come from (prices, probabilities, protection) is in ``gains``; nothing here reads a
file or a warehouse.
"""

from ml.matching.chance import hashed
from ml.matching.matching import Matching, match
from ml.matching.problem import NOTHING, Block, Limits, MatchingError, Problem

__all__ = ["NOTHING", "Block", "Limits", "Matching", "MatchingError", "Problem", "hashed", "match"]
