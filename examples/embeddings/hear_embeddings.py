#!/usr/bin/env python3
"""Computes embeddings of a dataset's tracks with any module that has HEAR's interface.

The module has three functions (https://hearbenchmark.com/hear-api.html):

    load_model(path) -> model, which has sample_rate and the sizes of its embeddings
    get_scene_embeddings(audio, model) -> one embedding per sound
    get_timestamp_embeddings(audio, model) -> embeddings and their times in ms, per sound

usage: hear_embeddings.py MODULE TABLE OUT [--weights FILE] [--kind scene|timestamp]

TABLE is CSV with the columns id and path, as `genrebench split` or `genrebench dataset describe
--out` write it. For every track, OUT/ID.npy is written: dims numbers, or frames x dims of them
(--kind timestamp). An experiment reads them with

    features: {name: embeddings, root: OUT, pattern: "{id}.npy"}

and `axes: [frames, dims]` for timestamps.

Each track is one call. Run the command again to continue after an interruption: tracks that have a
file are left alone. OUT/embeddings.json says what the files were made with; other settings are
refused there. A track that fails is named, and has no file. Exit code 1: some tracks failed.
"""

import argparse
import csv
import hashlib
import importlib
import json
import os
import pathlib
import subprocess
import sys

import numpy as np


def read_table(file):
    """Returns {id: path} in the order of the table."""
    with open(file, newline="", encoding="utf-8-sig", errors="surrogateescape") as stream:
        rows = csv.DictReader(stream)
        missing = {"id", "path"} - set(rows.fieldnames or [])
        if missing:
            sys.exit(f"{file}: expected the columns id and path, missing: {', '.join(missing)}")
        tracks = {}
        for row in rows:
            if not row["path"]:
                sys.exit(f"{file}:{rows.line_num}: track {row['id']} has no path")
            tracks.setdefault(row["id"], row["path"])
    if not tracks:
        sys.exit(f"{file}: expected tracks, found none")
    return tracks


def target_of(out, track):
    """The file of a track. An id may hold folders, but must not lead out of `out`."""
    target = out / (track + ".npy")
    if not target.resolve().is_relative_to(out.resolve()):
        sys.exit(f"track {track!r}: leads out of {out}")
    return target


def decode(path, sample_rate):
    """Returns a mono signal at a sample rate, float32 from -1 to 1."""
    try:
        import soundfile
    except ImportError:
        soundfile = None
    if soundfile is not None:
        try:
            samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
            if rate == sample_rate:
                return samples.mean(axis=1, dtype=np.float32)
        except RuntimeError:
            pass  # a format that only ffmpeg knows
    try:
        done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-ac", "1", "-ar",
                               str(sample_rate), "-f", "f32le", "-"], capture_output=True,
                              check=False)
    except FileNotFoundError:
        raise RuntimeError(f"needs ffmpeg to bring it to {sample_rate} Hz") from None
    if done.returncode != 0 or not done.stdout:
        text = done.stderr.decode(errors="replace").strip().splitlines()
        raise RuntimeError(text[-1] if text else "ffmpeg gives no samples")
    return np.frombuffer(done.stdout, dtype="<f4").astype(np.float32)


def to_tensor(samples, kind):
    """One sound as the module's library has it: 1 x samples."""
    batch = samples[np.newaxis, :]
    if kind == "torch":
        import torch
        return torch.from_numpy(batch)
    if kind == "tensorflow":
        import tensorflow
        return tensorflow.convert_to_tensor(batch)
    return batch


def to_array(embedding):
    """A tensor of any library as NumPy's."""
    for step in ("detach", "cpu", "numpy"):
        if hasattr(embedding, step):
            embedding = getattr(embedding, step)()
    return np.asarray(embedding)


def embed(module, model, samples, arguments):
    """The embedding of one track: dims, or frames x dims."""
    audio = to_tensor(samples, arguments.tensor)
    if arguments.kind == "scene":
        result = to_array(module.get_scene_embeddings(audio, model))
    else:
        result = to_array(module.get_timestamp_embeddings(audio, model)[0])
    expected = 2 if arguments.kind == "scene" else 3
    if result.ndim != expected or result.shape[0] != 1:
        raise RuntimeError(f"expected an embedding of one sound, found the shape {result.shape}")
    if not np.isfinite(result).all():
        raise RuntimeError("the embedding is not finite")
    return result[0].astype(np.float32)


def claim(out, arguments):
    """Writes what the files are made with, or refuses a folder of other files."""
    weights = ""
    if arguments.weights:
        weights = hashlib.sha256(pathlib.Path(arguments.weights).read_bytes()).hexdigest()
    settings = {"module": arguments.module, "kind": arguments.kind, "weights_sha256": weights}
    file = out / "embeddings.json"
    if file.exists():
        found = json.loads(file.read_text())
        if found != settings:
            sys.exit(f"{file}: the files there were made with {found}, not with {settings}; choose "
                     "another folder")
    out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings) + "\n")


def write(target, array):
    """Whole files only: an interruption leaves none that is half written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + f".{os.getpid()}.tmp")
    try:
        with open(unfinished, "wb") as stream:
            np.save(stream, array)
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("module", help="name of the Python module, such as hearbaseline")
    parser.add_argument("table", help="CSV with the columns id and path")
    parser.add_argument("out", type=pathlib.Path, help="folder of the .npy files")
    parser.add_argument("--weights", default="", help="file that load_model is given")
    parser.add_argument("--kind", choices=("scene", "timestamp"), default="scene")
    parser.add_argument("--tensor", choices=("torch", "tensorflow", "numpy"), default="torch",
                        help="what the module takes")
    arguments = parser.parse_args()

    tracks = read_table(arguments.table)
    sys.path.insert(0, os.getcwd())
    module = importlib.import_module(arguments.module)
    for name in ("load_model", "get_scene_embeddings", "get_timestamp_embeddings"):
        if not callable(getattr(module, name, None)):
            sys.exit(f"module {arguments.module}: expected HEAR's functions, {name} is missing")
    claim(arguments.out, arguments)
    left = {track: path for track, path in tracks.items()
            if not target_of(arguments.out, track).exists()}
    model = module.load_model(arguments.weights) if left else None
    failed = 0
    for number, (track, path) in enumerate(left.items(), start=1):
        try:
            samples = decode(path, int(model.sample_rate))
            write(target_of(arguments.out, track), embed(module, model, samples, arguments))
        except Exception as error:  # whatever a module raises is about this track
            failed += 1
            print(f"track {track}: {path}: {error}", file=sys.stderr)
            continue
        print(f"{number}/{len(left)} {track}")
    print(f"{len(tracks)} tracks: {len(tracks) - len(left)} were there, {len(left) - failed} "
          f"written, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
