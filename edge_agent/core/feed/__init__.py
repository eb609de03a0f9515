"""What the operations centre receives of a camera: incidents, work orders, recipients, national codes."""
