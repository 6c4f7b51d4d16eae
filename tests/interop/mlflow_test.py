"""A real MLflow server has what `genrebench export mlflow` sent: the same values, and nothing twice
after a second export and after one that was killed half-way.

Run with: python3 mlflow_test.py GENREBENCH
Ends with 77, which ctest takes as skipped, where Python has no mlflow.
"""
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[variable]
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["DO_NOT_TRACK"] = "true"

try:
    from mlflow.tracking import MlflowClient
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

from exported_sweep import Sweep


class Server:
    """A server on a free port of the loopback address."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        with open(f"{folder}/server.log", "wb") as log:
            # pylint: disable-next=consider-using-with
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port",
                 str(port), "--workers", "1", "--artifacts-destination", f"{folder}/artifacts",
                 "--backend-store-uri", f"sqlite:///{folder}/mlflow.db"],
                stdout=log, stderr=log, start_new_session=True, cwd=folder)
        for _ in range(1200):
            try:
                with urllib.request.urlopen(self.address + "/health") as answer:
                    if answer.status == 200:
                        return
            except OSError:
                assert self.process.poll() is None, "the server ended"
                time.sleep(0.25)
        raise TimeoutError("the server does not answer")

    def stop(self):
        os.killpg(self.process.pid, 15)
        self.process.wait()


def allowed(name):
    """The names of metrics that hold what MLflow does not allow."""
    return name.replace("&", "_")


def check(sweep, client):
    experiment = client.get_experiment_by_name("exported sweep")
    runs = list(client.search_runs([experiment.experiment_id], max_results=1000))
    parents = {run.info.run_id: run for run in runs
               if "genrebench.configuration" in run.data.tags}
    assert len(parents) == 2 and len(runs) == 6, [run.data.tags for run in runs]
    children = {}
    for run in runs:
        run_id = run.data.tags.get("genrebench.run_id")
        if run_id is None:
            continue
        assert run_id not in children, "a run is there twice"
        assert run.data.tags["mlflow.parentRunId"] in parents
        assert run.info.status == "FINISHED"
        children[run_id] = run
    expected = sweep.runs()
    assert children.keys() == expected.keys()
    for run_id, values in expected.items():
        run = children[run_id]
        found = {}
        for key in run.data.metrics:
            for point in client.get_metric_history(run.info.run_id, key):
                assert (key, point.step) not in found, f"{key} {point.step} is there twice"
                found[key, point.step] = point.value
        assert found == {(allowed(name), step): value for (name, step), value in values.items()}
        method = sweep.query("SELECT value FROM v_parameters WHERE name = 'method.name' AND "
                             f"run_id = '{run_id}'")[0]["value"]
        assert run.data.params["method.name"] == method
        names = {file.path for file in client.list_artifacts(run.info.run_id)}
        assert {"run.json", "predictions.csv"} <= names, names
        file = client.download_artifacts(run.info.run_id, "predictions.csv")
        assert "polka" in pathlib.Path(file).read_text(encoding="utf-8")
    for parent in parents.values():
        assert parent.info.status == "FINISHED"
    return parents, children


def break_off(client, children):
    """Leaves what a killed export leaves: one run without its last tag and points, one missing."""
    first, second = sorted(children.values(), key=lambda run: run.info.run_id)[:2]
    client.delete_tag(first.info.run_id, "genrebench.exported")
    client.delete_run(second.info.run_id)


def kill_half_way(sweep, address):
    """Kills exports at several places. The program may have ended before the last ones."""
    for delay in (0.05, 0.15, 0.3, 0.6, 1.2):
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen([sweep.program, "export", "mlflow", "--to", address, "--db",
                                    str(sweep.store), "--quiet"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()


def main():
    with tempfile.TemporaryDirectory() as folder:
        sweep = Sweep(sys.argv[1], folder)
        refused = subprocess.run([sweep.program, "export", "mlflow", "--to", "http://127.0.0.1:9",
                                  "--db", str(sweep.store)], capture_output=True, text=True,
                                 check=False)
        assert refused.returncode == 1 and "no connection" in refused.stderr, refused.stderr
        server = Server(folder)
        try:
            client = MlflowClient(server.address)
            os.environ["MLFLOW_TRACKING_URI"] = server.address
            # While the sweep goes on, as far as it has come.
            said = sweep.run("export", "mlflow", "--quiet", store=sweep.while_it_ran())
            assert "4 new" in said, said
            experiment = client.get_experiment_by_name("exported sweep").experiment_id
            running = client.search_runs([experiment], "attributes.status = 'RUNNING'")
            assert len(running) == 3, "two runs and their configuration"
            kill_half_way(sweep, server.address)
            sweep.run("export", "mlflow", "--to", server.address, "--quiet")
            _, children = check(sweep, client)
            again = sweep.run("export", "mlflow", "--quiet")
            assert "4 as before; 0 files sent" in again, again
            check(sweep, client)
            break_off(client, children)
            again = sweep.run("export", "mlflow", "--quiet")
            assert "1 new, 1 with more, 0 made anew, 2 as before" in again, again
            check(sweep, client)
        finally:
            server.stop()
    print("4 runs, the same values")


if __name__ == "__main__":
    main()
