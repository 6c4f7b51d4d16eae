"""Runs the examples of docs/how-to/read-the-store.md with the tool that they are for.

Run with: python3 how_to_test.py GENREBENCH TOOL
TOOL is sqlite3, query, pandas, r, duckdb or duckdb_sqlite: DuckDB with its extension for SQLite,
which is that of the package duckdb-extension-sqlite or else fetched by DuckDB.
Ends with 77, which ctest takes as skipped, where the tool is not installed.
"""
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from exported_sweep import Sweep

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/how-to/read-the-store.md"
HEADINGS = {"sqlite3": "sqlite3", "query": "genrebench query", "pandas": "pandas", "r": "R",
            "duckdb": "DuckDB and Parquet", "duckdb_sqlite": "DuckDB and Parquet"}


def blocks(heading, language):
    """The fenced blocks of one language below a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = [part.split("\n```")[0] for part in section.split(f"\n```{language}\n")[1:]]
    assert found, f"no block of {language} below {heading}"
    return found


def has(tool):
    if tool in ("pandas", "duckdb", "duckdb_sqlite"):
        return importlib.util.find_spec(tool.split("_")[0]) is not None
    if tool == "r":
        return shutil.which("Rscript") is not None and subprocess.run(
            ["Rscript", "-e", "quit(status = !requireNamespace('RSQLite', quietly = TRUE))"],
            check=False).returncode == 0
    return tool == "query" or shutil.which(tool) is not None


def execute(command, folder):
    """@return what the command printed"""
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, (command, ended.stdout, ended.stderr)
    return ended.stdout


def run_duckdb(sweep):
    import duckdb  # pylint: disable=import-outside-toplevel
    sweep.run("export", "csv", "--out", sweep.folder / "csv")
    os.chdir(sweep.folder)
    connection = duckdb.connect()
    tables = []
    for statement in filter(str.strip, blocks(HEADINGS["duckdb"], "sql")[0].split(";")):
        rows = connection.execute(statement).fetchall()
        if statement.strip().startswith(("SELECT", "PIVOT")):
            tables.append(rows)
    assert [row[2] for row in tables[0]] == [2, 2], tables[0]
    assert len(tables[1]) == 4 and len(tables[1][0]) > 10, tables[1]
    n = sweep.query("SELECT count(*) AS n FROM v_predictions")[0]["n"]
    assert sum(row[2] for row in tables[2]) == n, tables[2]
    return str(tables[0])


def extension_file():
    """@return the file that the package duckdb-extension-sqlite has for this DuckDB, or None"""
    import duckdb  # pylint: disable=import-outside-toplevel
    package = importlib.util.find_spec("duckdb_extension_sqlite")
    if package is None:
        return None
    file = (pathlib.Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}"
            / "sqlite.duckdb_extension")
    return file if file.is_file() else None


def run_duckdb_sqlite(sweep):
    import duckdb  # pylint: disable=import-outside-toplevel
    os.chdir(sweep.folder)
    connection = duckdb.connect(config={"extension_directory": str(sweep.folder / "extensions")})
    file = extension_file()
    try:
        connection.execute(f"INSTALL '{file}'" if file else "INSTALL sqlite")
    except (duckdb.IOException, duckdb.HTTPException) as error:
        print("skipped: without DuckDB's extension for SQLite:", str(error).splitlines()[0])
        sys.exit(77)
    rows = []
    for statement in filter(str.strip, blocks(HEADINGS["duckdb_sqlite"], "sql")[1].split(";")):
        rows = connection.execute(statement).fetchall()
    expected = sweep.query(
        "SELECT method, avg(value) AS accuracy, count(*) AS runs FROM v_runs JOIN v_metrics "
        "USING (run_id) WHERE split = 'test' AND metric = 'accuracy' GROUP BY method "
        "ORDER BY accuracy DESC, method")
    assert sorted(rows) == sorted(tuple(row.values()) for row in expected), (rows, expected)
    return str(rows)


def main():
    program, tool = sys.argv[1:]
    if not has(tool):
        print("skipped:", tool, "is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        sweep = Sweep(program, folder)
        if tool == "pandas":
            said = execute([sys.executable, "-c", blocks("pandas", "python")[0]], folder)
            execute([sys.executable, "-c", "\n".join(
                [blocks("pandas", "python")[0], *blocks("Probabilities", "python"),
                 "assert abs(probabilities.sum(axis=1) - 1).max() < 1e-3"])], folder)
        elif tool == "r":
            said = execute(["Rscript", "-e", blocks("R", "r")[0]], folder)
        elif tool == "duckdb":
            said = run_duckdb(sweep)
        elif tool == "duckdb_sqlite":
            said = run_duckdb_sqlite(sweep)
        else:
            said = ""
            for block in blocks(HEADINGS[tool], "sh"):
                block = block.replace("genrebench ", f"'{program}' ")
                said += execute(["sh", "-c", block], folder)
        assert "knn" in said and "mlp" in said, said
        print(said)


if __name__ == "__main__":
    main()
