"""Layer 3, 业务应用层: published tables and the snapshot."""
