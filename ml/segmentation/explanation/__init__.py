"""What sets a segment apart, in numbers, in words, in rules and by an example customer."""
