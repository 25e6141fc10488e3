"""Access to the warehouse: one writer at a time, and what has changed since the last build."""
