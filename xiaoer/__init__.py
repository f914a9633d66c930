"""Xiaoer (小二): the customer-service desk of an online shop."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Read when numpy is first imported. Requests are the threads here; arithmetic with threads of its own makes them wait."""

__version__ = "0.1.0"
