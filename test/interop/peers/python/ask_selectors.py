"""Asks DuckDB, ClickHouse (chdb) or Spark which vehicles of a table a selector takes."""

import sys
import tempfile

from batch import answer_each
from spark_session import start_spark


def value(cell, kind):
    if cell is None:
        return None
    if kind == "integer":
        return int(cell)
    return float(cell) if kind == "float" else cell


def typed(question):
    kinds = list(question["columns"].values())
    return [[place, *(value(cell, kind) for cell, kind in zip(row, kinds))] for place, row in enumerate(question["rows"])]


def digits(truth):
    return f"CASE WHEN {truth} THEN 2 WHEN NOT {truth} THEN 0 ELSE 1 END"


class DuckDb:
    types = {"text": "VARCHAR", "integer": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "set": "VARCHAR[]"}

    def __init__(self, options):
        import duckdb

        self.connection = duckdb.connect()
        if options.get("ignoresCase"):
            self.connection.execute("SET default_collation = 'NOCASE'")

    def load(self, question):
        run = self.connection.execute
        run("DROP TABLE IF EXISTS fleet; DROP TABLE IF EXISTS recall")
        columns = ", ".join(
            f'"{name}" {self.types[kind]}' + (" COLLATE NOCASE" if name == "name" else "")
            for name, kind in question["columns"].items()
        )
        run(f"CREATE TABLE fleet (place BIGINT, {columns})")
        run("BEGIN")
        places = ", ".join("?" for _ in range(len(question["columns"]) + 1))
        self.connection.executemany(f"INSERT INTO fleet VALUES ({places})", typed(question))
        run("COMMIT")
        run("CREATE TABLE recall (vin VARCHAR)")
        for vin in question["recall"]:
            run("INSERT INTO recall VALUES ($1)", [vin])

    def ask(self, query):
        run = self.connection.execute
        params = query["params"]
        # A statement may have no parameter at all, and then takes none.
        truths = run(f"SELECT {digits(query['truth'])} FROM fleet ORDER BY place", params).fetchall()
        selected = run(f"SELECT place FROM fleet WHERE {query['text']} ORDER BY place", params).fetchall()
        return truths, selected


class ClickHouse:
    types = {"text": "String", "integer": "Int64", "float": "Float64", "bool": "Bool", "set": "String"}

    def __init__(self, options):
        from chdb import session

        self.session = session.Session()
        self.session.query("CREATE DATABASE IF NOT EXISTS otakit ENGINE = Atomic")
        self.session.query("USE otakit")

    def load(self, question):
        import json

        run = self.session.query
        run("DROP TABLE IF EXISTS fleet")
        run("DROP TABLE IF EXISTS recall")
        columns = ", ".join(f"`{name}` Nullable({self.types[kind]})" for name, kind in question["columns"].items())
        run(f"CREATE TABLE fleet (place Int64, {columns}) ENGINE = Memory")
        run("CREATE TABLE recall (vin Nullable(String)) ENGINE = Memory")
        kinds = ["integer", *question["columns"].values()]

        def cell(value, kind):
            if value is None:
                return "\\N"
            if kind == "set":
                value = json.dumps(value)
            if kind == "bool":
                return "true" if value else "false"
            return escaped(value if isinstance(value, str) else repr(value))

        lines = "\n".join("\t".join(cell(one, kind) for one, kind in zip(row, kinds)) for row in typed(question))
        with tempfile.NamedTemporaryFile("w", suffix=".tsv", newline="\n") as file:
            file.write(lines + "\n")
            file.flush()
            run(f"INSERT INTO fleet FROM INFILE '{file.name}' FORMAT TabSeparated")
        for vin in question["recall"]:
            if vin is None:
                run("INSERT INTO recall VALUES (NULL)")
            else:
                run("INSERT INTO recall VALUES ({v:String})", params={"v": escaped(vin)})

    def ask(self, query):
        # Values of parameters are read as TabSeparated; the client libraries escape them.
        params = {f"p{index + 1}": escaped(value if isinstance(value, str) else repr(value))
                  for index, value in enumerate(query["params"])}
        run = lambda sql: [[int(line)] for line in str(self.session.query(sql, "TSV", params=params)).split("\n")[:-1]]
        truths = run(f"SELECT {digits(query['truth'])} FROM fleet ORDER BY place")
        return truths, run(f"SELECT place FROM fleet WHERE {query['text']} ORDER BY place")


def escaped(text):
    for plain, code in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, code)
    return text


class Spark:
    types = {"text": "STRING", "integer": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "set": "ARRAY<STRING>"}

    def __init__(self, options):
        self.session = start_spark(options)

    def load(self, question):
        schema = "place BIGINT, " + ", ".join(f"`{name}` {self.types[kind]}" for name, kind in question["columns"].items())
        plain = self.session.createDataFrame([tuple(row) for row in typed(question)], schema).coalesce(1)
        # A column whose collation ignores case, as a table may declare it.
        columns = ["place", *question["columns"]]
        cased = plain.selectExpr(*(f"`{name}` COLLATE UTF8_LCASE AS `{name}`" if name == "name" else f"`{name}`" for name in columns))
        cased.cache().createOrReplaceTempView("fleet")
        self.session.createDataFrame([(vin,) for vin in question["recall"]], "vin STRING").createOrReplaceTempView("recall")

    def ask(self, query):
        params = {f"p{index + 1}": value for index, value in enumerate(query["params"])}
        truth = self.session.sql(f"SELECT place, {digits(query['truth'])} AS digit FROM fleet", args=params)
        selected = self.session.sql(f"SELECT place FROM fleet WHERE {query['text']}", args=params)
        rows = sorted(truth.collect())
        return [[digit] for _, digit in rows], sorted([place] for (place,) in selected.collect())


engines = {"duckdb": DuckDb, "clickhouse": ClickHouse, "spark": Spark}
running = None


def answer(question):
    global running
    if "engine" in question:
        running = engines[question["engine"]](question)
        return None
    running.load(question)
    answers = []
    for query in question["queries"]:
        truths, selected = running.ask(query)
        answers.append({"truths": "".join(str(digit) for (digit,) in truths), "selected": [place for (place,) in selected]})
    return answers


if __name__ == "__main__":
    answer_each(answer)
    sys.stdout.flush()
