# Planks of a raft.
PLANKS = 12
