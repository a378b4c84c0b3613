import os

# Before numpy is loaded: sums come in one order on every machine then, and on a busy one the threads
# of BLAS wait for one another ten times as long as one alone takes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
