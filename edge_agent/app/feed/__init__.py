"""How an event gets from the core to the operations centre."""
