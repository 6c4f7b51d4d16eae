"""Times SEM matrices in NumPy/SciPy and in genrebench in turns and prints them. Run by run_sem.sh.

Times are processor time; each side runs in one thread.

compare_sem.py PROGRAM FOLDER [PART...]
  PROGRAM: sem_timings; FOLDER: for generated files; PART: a b c d e, default all

NumPy does what one writes down from the paper: a filter and a Fourier transform for each pair of
windows. Where that takes too long it is timed for a few reference windows, drawn at random, against
all sliding windows, and multiplied by windows / drawn; each such row says so.
"""
import dataclasses
import json
import os
import subprocess
import sys
import time

import numpy as np
from scipy.linalg import solve_toeplitz
from scipy.signal import lfilter

program, folder = sys.argv[1], sys.argv[2]
parts = sys.argv[3:] or list("abcde")
rounds = int(os.environ.get("ROUNDS", "5"))
ours = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@dataclasses.dataclass
class Setting:
    name: str
    file: str
    length: int
    windows: int
    order: int
    method: str
    lags: int = 0

    def ask(self, task):
        ours.stdin.write(f"{task} {self.file} {self.length} {self.windows} {self.order} "
                         f"{self.method} {self.lags}\n")
        ours.stdin.flush()
        return json.loads(ours.stdout.readline())

    def signal(self):
        samples = np.fromfile(self.file, dtype=np.float32, count=self.length * self.windows)
        return samples.astype(np.float64).reshape(self.windows, self.length)


def yule_walker(x, order):
    r = np.array([x[: len(x) - k] @ x[k:] for k in range(order + 1)]) / len(x)
    taps = solve_toeplitz(r[:-1], r[1:])
    return np.concatenate([[1.0], -taps]), r[0] - taps @ r[1:]


def forward_backward(x, order):
    rows = np.lib.stride_tricks.sliding_window_view(x, order + 1)
    both = rows.T @ rows
    both = (both + both[::-1, ::-1]) / (2.0 * len(rows))  # of the signal and of its reverse
    both = both[::-1, ::-1]
    taps = np.linalg.solve(both[1:, 1:], -both[1:, 0])
    return np.concatenate([[1.0], taps]), both[0, 0] + both[0, 1:] @ taps


FITS = {"yule_walker": yule_walker, "forward_backward": forward_backward}


def numpy_rows(windows, setting, references):
    """Eq. 2 for these reference windows and every sliding window."""
    n, length = windows.shape
    lags = setting.lags or length - 1
    rows = np.empty((len(references), n))
    for row, i in enumerate(references):
        taps, variance = FITS[setting.method](windows[i], setting.order)
        for j in range(n):
            residual = lfilter(taps, [1.0], windows[j])
            spectrum = np.fft.rfft(residual, 2 * length)
            r = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, 2 * length)[: lags + 1]
            rows[row, j] = (variance * length / r[0] - 1.0) ** 2 + 2.0 * np.sum((r[1:] / r[0]) ** 2)
    return rows


def music(seconds, rate):
    """Broken chords of decaying harmonics over a beat of noise, another key every 20 s. float32."""
    rng = np.random.default_rng(3)
    note = rate // 4
    t = np.arange(note) / rate
    pieces = []
    for n in range(4 * seconds):
        if n % 80 == 0:
            key = 110.0 * 2.0 ** rng.uniform(0.0, 2.0)
        piece = (0.003 + rng.uniform(0.02, 0.2) * np.exp(-13.0 * t)) * rng.uniform(-1.0, 1.0, note)
        for tone in key * 2.0 ** (rng.integers(0, 12, 3) / 12.0):
            for harmonic in (1, 2, 3):
                decay = 0.2 / harmonic * np.exp(-(1.0 + harmonic) * t)
                piece += decay * np.sin(2 * np.pi * (tone * harmonic * t + rng.uniform()))
        pieces.append(piece.astype(np.float32))
    samples = np.zeros(seconds * rate, dtype=np.float32)
    joined = np.concatenate(pieces)
    samples[: len(joined)] = joined
    return samples


def generated(name, seconds, rate):
    file = os.path.join(folder, f"{name}_{seconds}_s.f32")
    if not os.path.exists(file):
        music(seconds, rate).tofile(file)
    return file


def against_numpy(setting, n_references, repetitions):
    windows = setting.signal()
    drawn = n_references < setting.windows
    chosen = np.random.default_rng(4).choice(setting.windows, n_references, replace=False)
    references = sorted(chosen.tolist())
    scale = setting.windows / n_references
    saved = setting.ask("save")
    got = np.fromfile(setting.file + ".f64").reshape(setting.windows, setting.windows)[references]
    os.remove(setting.file + ".f64")
    theirs, times = [], []
    for _ in range(repetitions):
        start = time.process_time()
        expected = numpy_rows(windows, setting, references)
        theirs.append((time.process_time() - start) * scale)
        times.append(setting.ask("sem")["seconds"])
    # The two may differ by 1e-6, and by what the two AR fits differ.
    worst = float(np.max(np.abs(got - expected) / np.abs(expected)))
    assert worst < 1e-5, f"{setting.name}: differs from NumPy by {worst}"
    print(f"## {setting.name}")
    how = "whole"
    if drawn:
        how = (f"from {n_references} of {setting.windows} reference windows, drawn at random, "
               f"times {scale:g}")
    n_pairs = setting.windows ** 2
    print(f"- agrees with NumPy to {worst:.2g} relative on the {expected.size} pairs that NumPy "
          f"computed; {saved['n_direct']} of {n_pairs} pairs took the direct path")
    print(f"- NumPy {min(theirs):.3f} s ({how}; {1e3 * min(theirs) / n_pairs:.3f} ms a pair); "
          f"ours {1e3 * min(times):.2f} ms; best of {repetitions} each")
    print(f"- **ratio {min(theirs) / min(times):.0f}**")
    divide(setting, min(times), repetitions)


def divide(setting, total, repetitions):
    all_parts = [setting.ask("parts") for _ in range(repetitions)]
    best = {name: min(p[name] for p in all_parts) for name in all_parts[0]}
    rest = total - best["copies"] - best["fits"] - best["ffts"] - best["checks"]
    share = lambda seconds: f"{1e3 * seconds:.2f} ms ({100 * seconds / total:.0f} %)"
    print(f"- of ours: AR fits {share(best['fits'])}, one FFT of {best['fft_size']} a window "
          f"{share(best['ffts'])}, windows read {share(best['copies'])}, "
          f"checked pairs {share(best['checks'])}, rest {share(rest)}")
    print(f"- bounds: FFTs alone would be {total / best['ffts']:.1f} times faster, "
          f"reading the windows once {total / best['copies']:.0f} times", flush=True)


def turns(settings, repetitions):
    """Best times of several of our settings, measured in turns."""
    rounds_of_times = ([s.ask("sem")["seconds"] for s in settings] for _ in range(repetitions))
    return [min(times) for times in zip(*rounds_of_times)]


def compare(title, settings, repetitions, note):
    times = turns(settings, repetitions)
    print(f"## {title}")
    for setting, seconds in zip(settings, times):
        print(f"- {setting.name}: {1e3 * seconds:.2f} ms")
    print(f"- **ratio {times[1] / times[0]:.2f}** ({note})", flush=True)
    return times


print(f"NumPy {np.__version__}, single thread, processor time", flush=True)
RATE = 22050
song = generated("song", 2400 if "e" in parts else 600, RATE) if set(parts) - {"c"} else None
if "a" in parts:
    against_numpy(Setting("a: 30 s, 30 windows of 1 s, order 12, all lags",
                          song, RATE, 30, 12, "yule_walker"), 30, rounds)
if "b" in parts:
    against_numpy(Setting("b: 10 min, 600 windows of 1 s, order 12, all lags",
                          song, RATE, 600, 12, "yule_walker"), 3, max(3, rounds // 2))
if "c" in parts:
    slow = generated("slow", 600, 4410)
    against_numpy(Setting("c: 10 min at 4410 Hz, 200 windows of 13230, order 100, "
                          "forward-backward, all lags",
                          slow, 13230, 200, 100, "forward_backward"), 5, max(3, rounds // 2))
if "d" in parts:
    for n in (30, 600):
        compare(f"d: 20 lags against all, {n} windows of 1 s, order 12",
                [Setting("all lags", song, RATE, n, 12, "yule_walker"),
                 Setting("20 lags", song, RATE, n, 12, "yule_walker", 20)],
                max(3, rounds // 2), "20 lags / all lags")
if "e" in parts:
    for length in (RATE, RATE // 4):
        few, many = (Setting(f"{n} windows of {length}", song, length, n, 12, "yule_walker")
                     for n in (600, 2400))
        compare(f"e: four times as many windows of {length} samples, order 12, all lags",
                [few, many], max(2, rounds // 2), "2400 / 600 windows")
ours.stdin.close()
ours.wait()
