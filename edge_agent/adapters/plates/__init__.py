"""Number plates in pictures: lines of text found, made flat and read; and what a vehicle looks like."""
