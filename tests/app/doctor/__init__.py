"""The doctor says what is wrong with a box, and what to do."""
