"""Streets that are made up: what they promise to whoever is judged by them."""
