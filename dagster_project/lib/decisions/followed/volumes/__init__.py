"""A channel's daily volume during a campaign against what it would have been without it."""
