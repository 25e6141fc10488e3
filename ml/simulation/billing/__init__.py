"""What customers owe, when and how they pay it, and what prepaid customers buy."""
