"""The commands of the operations centre's side: what boxes say, and what they are told."""
