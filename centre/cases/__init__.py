"""What is counted of incidents. Pure: numbers in, numbers out."""
