"""Selects the buckets of vehicle ids with DuckDB."""

import duckdb
from batch import answer_each

sql = """
    SELECT ('0x' || substr(sha256($salt || ':' || id), 1, 8))::BIGINT
    FROM (SELECT unnest($ids) AS id)
"""


def answer(question):
    return [bucket for (bucket,) in duckdb.execute(sql, question).fetchall()]


answer_each(answer)
