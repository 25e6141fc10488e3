"""From one release to the next: labels, movements, drift, and the gate of promotion."""
