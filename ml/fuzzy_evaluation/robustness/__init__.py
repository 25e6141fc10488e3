"""How far a ranking depends on weights, operator, standards and company: figures and a verdict."""
