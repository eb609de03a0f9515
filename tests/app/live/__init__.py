"""Live cameras in simulated time: one thread plays the street, the camera, the network, the detector and the box."""
