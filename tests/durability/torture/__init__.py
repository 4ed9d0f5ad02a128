"""Harm done to an archive on purpose, counted: `python -m tests.durability.torture --help`."""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before FAISS: its threads and forks do not go together
