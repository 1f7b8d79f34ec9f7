"""Verify: whether an engine keeps what the service rests on, each promise asked of the engine itself and told plainly."""
