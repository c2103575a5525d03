"""The pages of the journal: one module for each kind of page."""
