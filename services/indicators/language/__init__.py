"""The language of definitions: what of entities counts, and what a figure is of measures."""
