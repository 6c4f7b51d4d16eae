#!/usr/bin/env python3
"""Runs examples/embeddings/hear_embeddings.py with a module of three functions on a few tones.

usage: hear_embeddings_test.py SOURCE

Exit code 77 where this Python has no NumPy, or nothing that decodes sound.
"""

import array
import csv
import importlib.util
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile
import wave

MODULE = '''
import os, numpy as np

class Model:
    sample_rate = 8000
    scene_embedding_size = timestamp_embedding_size = 2

def load_model(path):
    return Model()

def get_scene_embeddings(audio, model):
    with open("calls.txt", "a") as calls:
        calls.write("call\\n")
    if os.path.exists("refuse.txt") and audio.shape[1] == 1600:
        raise ValueError("too short for me")
    return np.stack([[audio.shape[1], float(np.abs(row).max())] for row in audio])

def get_timestamp_embeddings(audio, model):
    frames = audio[:, : audio.shape[1] // 400 * 400].reshape(len(audio), -1, 400)
    times = np.arange(frames.shape[1])[None] * 50.0
    return np.stack([frames.mean(axis=2), frames.max(axis=2)], axis=2), times
'''


def write_tone(file, n_samples):
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(8000)
        stream.writeframes(array.array("h", (int(16000 * math.sin(0.3 * i))
                                             for i in range(n_samples))).tobytes())


def main():
    if importlib.util.find_spec("numpy") is None:
        return 77
    if shutil.which("ffmpeg") is None and importlib.util.find_spec("soundfile") is None:
        return 77
    import numpy as np

    script = pathlib.Path(sys.argv[1]).resolve() / "examples/embeddings/hear_embeddings.py"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "tiny_hear.py").write_text(MODULE)
        tracks = {"rock/a": 1600, "rock/b": 2400, "jazz/c": 3200}
        for track, n_samples in tracks.items():
            write_tone(folder / "music" / (track + ".wav"), n_samples)

        def table(paths, file="split.csv"):
            with open(folder / file, "w", newline="", encoding="utf-8") as stream:
                writer = csv.writer(stream)
                writer.writerow(["id", "path", "part"])
                writer.writerows([track, path, "train"] for track, path in paths.items())
            return file

        def run(out, *words, expected=0, table_file="split.csv"):
            done = subprocess.run([sys.executable, str(script), "tiny_hear", table_file, out,
                                   "--tensor", "numpy", *words], cwd=folder, capture_output=True,
                                  text=True, check=False)
            assert done.returncode == expected, (done.returncode, done.stdout, done.stderr)
            return done

        def calls():
            return len((folder / "calls.txt").read_text().splitlines())

        table({track: str(folder / "music" / (track + ".wav")) for track in tracks})

        # A track that fails is named and has no file; the others have theirs.
        (folder / "refuse.txt").write_text("")
        done = run("scene", expected=1)
        assert "track rock/a:" in done.stderr and "too short for me" in done.stderr, done.stderr
        assert "2 written, 1 failed" in done.stdout, done.stdout
        assert not (folder / "scene/rock/a.npy").exists()
        assert calls() == 3, "one call per track"

        # The next time only that one is computed.
        (folder / "refuse.txt").unlink()
        assert "2 were there, 1 written, 0 failed" in run("scene").stdout
        assert calls() == 4
        for track, n_samples in tracks.items():
            embedding = np.load(folder / "scene" / (track + ".npy"))
            assert embedding.dtype == np.float32 and embedding.shape == (2,)
            assert embedding[0] == n_samples and 0.4 < embedding[1] < 0.6, embedding
        assert json.loads((folder / "scene/embeddings.json").read_text())["kind"] == "scene"

        run("frames", "--kind", "timestamp")
        assert np.load(folder / "frames/jazz/c.npy").shape == (8, 2)

        # What is refused.
        assert "made with" in run("scene", "--kind", "timestamp", expected=1).stderr
        assert "leads out of" in run("other", expected=1, table_file=table(
            {"../a": str(folder / "music/rock/a.wav")}, "outside.csv")).stderr
        assert "has no path" in run("other", expected=1, table_file=table(
            {"a": ""}, "without.csv")).stderr
        (folder / "empty.csv").write_text("id,file\na,b\n")
        assert "missing: path" in run("other", expected=1, table_file="empty.csv").stderr
        done = run("absent", expected=1, table_file=table({"a": "nowhere.wav"}, "absent.csv"))
        assert "track a: nowhere.wav" in done.stderr, done.stderr
    return 0


if __name__ == "__main__":
    sys.exit(main())
