"""TensorBoard's own reader finds what `genrebench export tensorboard` wrote: the same values, and
nothing twice after a second export and after one that was killed half-way.

Run with: python3 tensorboard_test.py GENREBENCH
Ends with 77, which ctest takes as skipped, where Python has no tensorboard.
"""
import pathlib
import struct
import sys
import tempfile

try:
    from tensorboard.backend.event_processing import event_file_loader
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams import metadata as hparams
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

from exported_sweep import Sweep


def as_float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def read(folder):
    """By run id: ({(tag, step): value}, parameters, status, images), every value once."""
    found = {}
    for file in sorted(pathlib.Path(folder).rglob("events.out.tfevents.*")):
        accumulator = EventAccumulator(str(file.parent),
                                       size_guidance={"scalars": 0, "images": 0, "tensors": 0})
        accumulator.Reload()
        scalars = {}
        for tag in accumulator.Tags()["scalars"]:
            for event in accumulator.Scalars(tag):
                assert (tag, event.step) not in scalars, f"{tag} {event.step} is there twice"
                scalars[tag, event.step] = event.value
        content = accumulator.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
        start = hparams.parse_session_start_info_plugin_data(content)
        content = accumulator.SummaryMetadata("_hparams_/session_end_info").plugin_data.content
        end = hparams.parse_session_end_info_plugin_data(content)
        text = accumulator.Tensors("run")[0].tensor_proto.string_val[0].decode()
        run_id = text.split("| run | ")[1].split(" |")[0]
        assert run_id not in found, "a run has two folders"
        found[run_id] = scalars, start, end.status, accumulator.Images("confusion")
    return found


def check(sweep, folder):
    exported = read(folder)
    expected = sweep.runs()
    assert exported.keys() == expected.keys(), (exported.keys(), expected.keys())
    parameters = {}
    for row in sweep.query("SELECT * FROM v_parameters"):
        parameters.setdefault(row["run_id"], {})[row["name"]] = row["value"]
    groups = set()
    for run_id, (scalars, start, status, images) in exported.items():
        assert scalars == {key: as_float32(value) for key, value in expected[run_id].items()}
        assert status == 1
        assert set(start.hparams) == set(parameters[run_id]) | {"seed"}
        assert start.hparams["method.name"].string_value == parameters[run_id]["method.name"]
        assert start.hparams["seed"].number_value in (0, 1)
        assert len(images) == 1 and images[0].encoded_image_string.startswith(b"\x89PNG")
        groups.add(start.group_name)
    assert len(groups) == 2, "two configurations of two seeds"


def main():
    with tempfile.TemporaryDirectory() as folder:
        sweep = Sweep(sys.argv[1], folder)
        logs = pathlib.Path(folder) / "logs"
        export = ["export", "tensorboard", "--out", logs, "--quiet"]
        # While the sweep goes on, as far as it has come; then the rest is added behind.
        assert "4 new" in sweep.run(*export, store=sweep.while_it_ran())
        began = {file: file.read_bytes() for file in logs.rglob("events.out.tfevents.*")}
        assert "2 grown, 0 made anew, 2 as before" in sweep.run(*export)
        check(sweep, logs)
        assert all(file.read_bytes().startswith(before) for file, before in began.items())
        assert "4 as before" in sweep.run(*export)
        check(sweep, logs)
        # Killed half-way: a file that ends in an event, and one that is missing.
        files = sorted(logs.rglob("events.out.tfevents.*"))
        bytes_of_first = files[0].read_bytes()
        files[0].write_bytes(bytes_of_first[:len(bytes_of_first) // 3])
        files[1].unlink()
        assert "1 new, 1 grown, 0 made anew, 2 as before" in sweep.run(*export)
        assert files[0].read_bytes() == bytes_of_first
        check(sweep, logs)
        # TensorBoard reads each file from end to end without a damaged record.
        for file in files:
            assert sum(1 for _ in event_file_loader.EventFileLoader(str(file)).Load()) > 5
    print("4 runs, the same values")


if __name__ == "__main__":
    main()
