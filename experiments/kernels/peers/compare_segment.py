"""Times the segmentation of one song by each algorithm and by librosa's recipe. Run by
run_segment.sh.

compare_segment.py GENREBENCH FOLDER [SONG]
  GENREBENCH: the program; FOLDER: for a generated song of 10 minutes, unless SONG is given

Ours is the processor time of `genrebench segment` from start to end: loading the program,
decoding, features, sections, and the tables that it writes; once with its figures and once where it
finds no gnuplot and so ends when it would begin to draw. librosa's is that of the recipe of its
example "Laplacian segmentation" in this process, from the file to labels; imports and its first
run, which compiles, do not count. Both take 5 clusters and one thread. Everything is measured in
turns.
"""
import os
import resource
import statistics
import subprocess
import sys
import time

import librosa
import numpy as np
import scipy.linalg
import scipy.ndimage
import scipy.sparse.csgraph
import sklearn.cluster
import soundfile

program, folder = sys.argv[1], sys.argv[2]
song = sys.argv[3] if len(sys.argv) > 3 else None
rounds = int(os.environ.get("ROUNDS", "3"))
ALGORITHMS = ("sem", "spectral", "foote", "mfcc_k_means", "uniform", "whole")
CLUSTERS = 5
RATE = 22050


def generated_song(file, seconds=600):
    """Four kinds of parts of 20 s in changing order: decaying chords over beats of noise."""
    rng = np.random.default_rng(5)
    note = np.arange(RATE // 4) / RATE
    pieces = []
    for kind in rng.integers(0, 4, seconds // 20):
        own = np.random.default_rng(kind)
        key, scale = 110.0 * 2.0 ** own.uniform(0, 2), own.choice(12, 4)
        beat = own.uniform(0.02, 0.2)
        for step in range(80):
            piece = beat * np.exp(-(8.0 + 8.0 * (step % 2)) * note) * rng.uniform(-1, 1, len(note))
            for tone in key * 2.0 ** (rng.choice(scale, 3) / 12.0):
                for harmonic in range(1, 4):
                    phase = 2 * np.pi * (tone * harmonic * note + rng.uniform())
                    piece += 0.15 / harmonic * np.exp(-(1.0 + harmonic) * note) * np.sin(phase)
            pieces.append(piece)
    soundfile.write(file, np.concatenate(pieces), RATE)


def by_librosa(file):
    """The steps of the example of librosa 0.11, in its order and with its settings."""
    y, rate = librosa.load(file)
    levels = librosa.amplitude_to_db(
        np.abs(librosa.cqt(y=y, sr=rate, bins_per_octave=36, n_bins=7 * 36)), ref=np.max)
    _, beats = librosa.beat.beat_track(y=y, sr=rate, trim=False)
    harmony = librosa.util.sync(levels, beats, aggregate=np.median)
    links = librosa.segment.recurrence_matrix(harmony, width=3, mode="affinity", sym=True)
    links = librosa.segment.timelag_filter(scipy.ndimage.median_filter)(links, size=(1, 7))
    timbre = librosa.util.sync(librosa.feature.mfcc(y=y, sr=rate), beats)
    steps = np.sum(np.diff(timbre, axis=1) ** 2, axis=0)
    path = np.exp(-steps / np.median(steps))
    path = np.diag(path, k=1) + np.diag(path, k=-1)
    degrees, path_degrees = links.sum(axis=1), path.sum(axis=1)
    mu = path_degrees @ (path_degrees + degrees) / np.sum((path_degrees + degrees) ** 2)
    laplacian = scipy.sparse.csgraph.laplacian(mu * links + (1 - mu) * path, normed=True)
    _, vectors = scipy.linalg.eigh(laplacian)
    vectors = scipy.ndimage.median_filter(vectors, size=(9, 1))
    norms = np.cumsum(vectors**2, axis=1) ** 0.5
    rows = vectors[:, :CLUSTERS] / norms[:, CLUSTERS - 1 : CLUSTERS]
    labels = sklearn.cluster.KMeans(n_clusters=CLUSTERS, n_init="auto").fit_predict(rows)
    return len(labels), len(np.unique(labels))


def processor_seconds_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def by_us(algorithm, figures):
    settings = [] if algorithm in ("uniform", "whole") else [f"clusters={CLUSTERS}"]
    results = os.path.join(folder, f"{algorithm}_{figures}")
    start = processor_seconds_of_children()
    done = subprocess.run([program, "segment", song, *settings, "--algorithm", algorithm,
                           "--threads", "1", "--quiet", "--json", "--out", results],
                          env=os.environ if figures else {**os.environ, "PATH": ""},
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = processor_seconds_of_children() - start
    assert done.returncode == 0 or not figures and "gnuplot" in done.stderr, done.stderr
    assert os.path.getsize(os.path.join(results, "segments.csv")) > 0
    return seconds


if song is None:
    song = os.path.join(folder, "song.wav")
    generated_song(song)
beats, found = by_librosa(song)
assert found == CLUSTERS, f"librosa found {found} of {CLUSTERS} clusters"
theirs, ours = [], {(name, figures): [] for name in ALGORITHMS for figures in (False, True)}
for _ in range(rounds):
    start = time.process_time()
    by_librosa(song)
    theirs.append(time.process_time() - start)
    for name, figures in ours:
        ours[name, figures].append(by_us(name, figures))
whole = statistics.median(theirs)
duration = soundfile.info(song).duration
print(f"librosa {librosa.__version__}, NumPy {np.__version__}; {duration:.0f} s of music, {beats} "
      f"beats; medians of {rounds}, processor time, one core")
print("| algorithm | s | of librosa's recipe | s with figures |\n|---|---|---|---|")
print(f"| librosa's recipe | {whole:.2f} | 1.000 | |")
for name in ALGORITHMS:
    without, all_of_it = (statistics.median(ours[name, figures]) for figures in (False, True))
    print(f"| {name} | {without:.2f} | {without / whole:.3f} | {all_of_it:.2f} |")
