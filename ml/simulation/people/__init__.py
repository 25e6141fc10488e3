"""Who the customers are, which channels they prefer, and what moves them to others."""
