"""Edges of the journal: where records and posts come from."""
