"""What is evaluated, by which indicators, standards, judgements and grades: data, not code."""
