"""Auto-graded exercises for deep learning: fair, safe, and explained."""
