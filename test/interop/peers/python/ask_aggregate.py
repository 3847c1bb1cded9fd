"""Asks DuckDB or Spark for the counters of a table of events."""

import sys

from batch import answer_each
from spark_session import start_spark


class DuckDb:
    types = {"text": "VARCHAR COLLATE NOCASE", "integer": "BIGINT"}

    def __init__(self, options):
        import duckdb

        self.connection = duckdb.connect()

    def load(self, question):
        run = self.connection.execute
        columns = ", ".join(f'"{name}" {self.types[kind]}' for name, kind in question["columns"].items())
        run(f"CREATE OR REPLACE TABLE event ({columns})")
        run("BEGIN")
        places = ", ".join("?" for _ in question["columns"])
        self.connection.executemany(f"INSERT INTO event VALUES ({places})", question["rows"])
        run("COMMIT")

    def ask(self, statement):
        cursor = self.connection.execute(statement["text"], statement["params"])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]


class Spark:
    types = {"text": "STRING", "integer": "BIGINT"}

    def __init__(self, options):
        self.session = start_spark(options)

    def load(self, question):
        columns = question["columns"]
        schema = ", ".join(f"`{name}` {self.types[kind]}" for name, kind in columns.items())
        plain = self.session.createDataFrame([tuple(row) for row in question["rows"]], schema).coalesce(1)
        # Columns whose collation ignores case, as a table may declare them.
        cased = plain.selectExpr(
            *(f"`{name}` COLLATE UTF8_LCASE AS `{name}`" if kind == "text" else f"`{name}`" for name, kind in columns.items())
        )
        cased.cache().createOrReplaceTempView("event")

    def ask(self, statement):
        params = {f"p{index + 1}": value for index, value in enumerate(statement["params"])}
        return [row.asDict() for row in self.session.sql(statement["text"], args=params).collect()]


engines = {"duckdb": DuckDb, "spark": Spark}
running = None


def answer(question):
    global running
    if "engine" in question:
        running = engines[question["engine"]](question)
        return None
    running.load(question)
    return [running.ask(statement) for statement in question["statements"]]


if __name__ == "__main__":
    answer_each(answer)
    sys.stdout.flush()
