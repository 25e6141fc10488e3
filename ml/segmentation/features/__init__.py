"""From a customer's sums to the point in space at which the clustering sees the customer."""
