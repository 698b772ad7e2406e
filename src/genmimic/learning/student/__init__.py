"""What learns from a teacher: imitation, fine-tuning, and the students by name."""
