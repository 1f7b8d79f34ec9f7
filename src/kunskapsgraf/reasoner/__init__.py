"""The reasoner: OWL 2 RL compiled to rules that are data; the same rules materialise, explain and answer "why not"."""
