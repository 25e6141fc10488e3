"""Weights of indicators: of judgement (AHP), of the data (entropy, CRITIC), and both combined."""
