"""K-means on a sample, the nearest two centroids of everybody, and the choice of k."""
