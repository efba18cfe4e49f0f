"""What runs by itself: the table of jobs, the worker that runs it, and the ledger of runs."""
