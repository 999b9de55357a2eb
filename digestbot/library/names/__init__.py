"""Topics and keypoints: what they are called, how many papers each has, and which was meant."""
