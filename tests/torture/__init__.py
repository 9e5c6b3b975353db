"""What a month of use would find: tried for as long as one likes, and not by the checks.

    make torture MINUTES=60 SEED=1

Each kind of trial gets its share of the time, and says how much was tried, how much of it failed,
and how to try what failed again.
"""
