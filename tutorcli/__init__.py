"""The terminal tool in which specialist tutors judge answers of language models."""

import os

# Before numpy is loaded, wherever that is: sums come in one order on every machine then, and on a busy
# one the threads of BLAS wait for one another ten times as long as one alone takes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
