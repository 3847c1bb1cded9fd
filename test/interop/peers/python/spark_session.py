"""A Spark of this machine alone, with no server that others can reach."""

import tempfile


def start_spark(options):
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1").config("spark.default.parallelism", "1")
        .config("spark.sql.warehouse.dir", tempfile.mkdtemp())
        .config("spark.log.level", "OFF").getOrCreate()
    )
    session.conf.set("spark.sql.ansi.enabled", options.get("ansi", True))
    return session
