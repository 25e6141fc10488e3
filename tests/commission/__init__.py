"""The channels' contracts, what they owe, and what they could be."""
