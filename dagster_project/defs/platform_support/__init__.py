"""Layer 2, 平台支撑层: states, features and, later, fitted models."""
