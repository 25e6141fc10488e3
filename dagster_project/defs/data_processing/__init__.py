"""Layer 1, 数据处理层: delivered files, landing, cleaning."""
