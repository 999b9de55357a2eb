"""The parts of bench/lookup.py: made-up titles, queries with their judges, and the programs that are compared."""
