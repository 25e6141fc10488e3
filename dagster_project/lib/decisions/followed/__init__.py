"""Published predictions, kept as a sample and compared with what came."""
