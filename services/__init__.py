"""The four services; they meet on topics and nowhere else."""
