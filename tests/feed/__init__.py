"""The contract with the operations centre, and programs written from it alone."""
