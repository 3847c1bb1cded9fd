"""Writes the rows of a query on standard input into a Parquet file: make_fleet.py FILE"""

import sys

import duckdb

duckdb.execute(f"COPY ({sys.stdin.read()}) TO '{sys.argv[1]}' (FORMAT parquet)")
