"""What the models reach, on data nobody here made and on simulated truth: `make evaluate`."""
