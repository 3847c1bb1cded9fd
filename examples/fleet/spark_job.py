"""Runs a cohort's statement on Spark: spark-submit spark_job.py JOB.json FLEET.parquet"""

import json
import sys

from pyspark.sql import SparkSession

with open(sys.argv[1], encoding="utf-8") as file:
    job = json.load(file)
spark = SparkSession.builder.appName("cohort").getOrCreate()
spark.read.parquet(sys.argv[2]).createOrReplaceTempView("fleet")
params = {f"p{number}": value for number, value in enumerate(job["params"], 1)}
for vehicle_id, ring in spark.sql(job["sql"], args=params).toLocalIterator():
    print(vehicle_id, ring)
