"""Runs a cohort's statement on DuckDB: python duckdb_job.py JOB.json FLEET.parquet"""

import json
import sys

import duckdb

with open(sys.argv[1], encoding="utf-8") as file:
    job = json.load(file)
fleet = duckdb.read_parquet(sys.argv[2])
for vehicle_id, ring in duckdb.execute(job["sql"], job["params"]).fetchall():
    print(vehicle_id, ring)
