"""The terminal tool in which specialist tutors judge answers of language models."""

__version__ = "0.1.0"
