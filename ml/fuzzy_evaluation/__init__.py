"""Fuzzy comprehensive evaluation of units (channels, the platform) over months, and DEA beside it.

``parse_declaration`` makes a ``Declaration`` of parsed YAML; ``evaluate`` gives the tables;
``evaluate_efficiency`` the bootstrapped DEA; ``validate_scores`` looks one quarter ahead.
"""

from ml.fuzzy_evaluation.declaration.errors import DeclarationError
from ml.fuzzy_evaluation.declaration.parsing import parse_declaration
from ml.fuzzy_evaluation.declaration.types import Declaration
from ml.fuzzy_evaluation.efficiency.evaluation import Efficiency, Production, evaluate_efficiency
from ml.fuzzy_evaluation.facade.evaluation import Evaluation, evaluate
from ml.fuzzy_evaluation.validation import expert_agreement, validate_scores
from ml.fuzzy_evaluation.wording import Said

__all__ = [
    "Declaration",
    "DeclarationError",
    "Efficiency",
    "Evaluation",
    "Production",
    "Said",
    "evaluate",
    "evaluate_efficiency",
    "expert_agreement",
    "parse_declaration",
    "validate_scores",
]
