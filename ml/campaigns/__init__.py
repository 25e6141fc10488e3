"""What the planning of a campaign computes: customers needed, power, what can be detected."""
