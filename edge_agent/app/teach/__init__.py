"""Teaching a camera: examples that a person marks, and the classifier that is made of them."""
