"""The policy file and what belongs to it: kinds, words, holidays, models."""
