"""PostgreSQL: the city's own, or one that comes in a wheel and needs no administrator."""
