"""The language of definitions: what counts of an entity, and what a figure is of measures. Nothing is run as code."""
