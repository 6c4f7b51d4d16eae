"""Times librosa and genrebench in turns and prints a table. Run by run.sh.

Times are milliseconds of processor time; each side runs in one thread.

compare.py PROGRAM FOLDER [OGG]
  PROGRAM: librosa_timings; FOLDER: for generated files; OGG: a file to decode, too
"""
import os
import subprocess
import sys
import time

import librosa
import numpy as np
import soundfile

RATE = 22050
program, folder = sys.argv[1], sys.argv[2]
ogg = sys.argv[3] if len(sys.argv) > 3 else None
rounds = int(os.environ.get("ROUNDS", "30"))
ours = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(task, file):
    ours.stdin.write(f"{task} {file}\n")
    ours.stdin.flush()
    return float(ours.stdout.readline())


def log_mel(y):
    mel = librosa.feature.melspectrogram(y=y, sr=RATE, n_fft=2048, hop_length=1024, n_mels=128)
    return librosa.power_to_db(mel, ref=np.max)


def load(file):
    return librosa.load(file, sr=RATE)[0]


def music(seconds):
    rng = np.random.default_rng(1)
    t = np.arange(seconds * RATE) / RATE
    y = sum(0.15 * np.sin(2 * np.pi * hz * t) for hz in (220.0, 277.2, 329.6, 2200.0))
    y = y * (0.6 + 0.4 * np.sin(0.7 * t)) + 0.02 * rng.standard_normal(len(t))
    return y.astype(np.float32)


def check(name, file):
    expected = log_mel(load(file))
    frames = int(ask("save", file))
    got = np.fromfile(file + ".f32", dtype=np.float32).reshape(frames, 128).T
    os.remove(file + ".f32")
    assert got.shape == expected.shape, (name, got.shape, expected.shape)
    difference = float(np.abs(got - expected).max())
    # The peer's own build of the decoder may differ in the last bits of a lossy format.
    assert difference < 0.01, f"{name}: differs from librosa by {difference} dB"
    print(f"{name}: agrees with librosa to {difference:.2g} dB", file=sys.stderr)


def measure(name, theirs, task, file, times):
    pairs = []
    for _ in range(times + 1):
        start = time.process_time()
        theirs()
        middle = time.process_time() - start
        pairs.append((middle, ask(task, file)))
    pairs = 1e3 * np.array(pairs[1:])  # the first warms the caches
    best, median = pairs.min(axis=0), np.median(pairs, axis=0)
    cells = [f"{theirs:.2f} | {mine:.2f} | {mine / theirs:.3f}" for theirs, mine in (best, median)]
    print(f"| {name} | {cells[0]} | {cells[1]} |")


wav, long_wav = os.path.join(folder, "clip.wav"), os.path.join(folder, "long.wav")
soundfile.write(wav, music(30), RATE, subtype="PCM_16")
soundfile.write(long_wav, music(600), RATE, subtype="PCM_16")
files = [("30 s WAV", wav), ("10 min WAV", long_wav)]
if ogg is not None:
    copied = os.path.join(folder, "clip.ogg")
    with open(ogg, "rb") as source, open(copied, "wb") as target:
        target.write(source.read())
    ogg = copied
    files.append(("Ogg", ogg))
for name, file in files:
    check(name, file)
assert ask("same", long_wav) == 1.0, "streamed and whole differ"

print("| what | librosa best ms | ours best ms | ratio "
      "| librosa median ms | ours median ms | ratio |")
print("|---|---|---|---|---|---|---|")
y = load(wav)
measure("log-mel of a decoded 30 s clip", lambda: log_mel(y), "log_mel", wav, rounds)
measure("load + log-mel, 30 s WAV", lambda: log_mel(load(wav)), "load", wav, rounds)
if ogg is not None:
    measure("load + log-mel, Ogg", lambda: log_mel(load(ogg)), "load", ogg, rounds)
    measure("load alone against load + log-mel, Ogg", lambda: load(ogg), "load", ogg, rounds)
measure("10 min WAV, ours in blocks", lambda: log_mel(load(long_wav)), "stream", long_wav,
        max(3, rounds // 6))
ours.stdin.close()
ours.wait()
