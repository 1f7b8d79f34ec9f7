"""Building inside an engine: what a build does, done where the data are. Asserted graphs go there; nothing is pulled out."""
