"""AR models and SEM of the generated clip of tests/signal/test_clips.hpp, by NumPy and SciPy alone.

Run with: python3 generate.py   (NumPy, SciPy; writes beside itself, one row a line, full precision)
"""
import os
import numpy as np
from scipy.linalg import solve_toeplitz
from scipy.signal import get_window, lfilter

HERE = os.path.dirname(os.path.abspath(__file__))


def golden_clip():
    state, clip = 12345, np.zeros(8700, np.float32)
    for n in range(len(clip)):
        state = (1664525 * state + 1013904223) % 2**32
        t = n / 22050.0
        x = 0.4 * np.sin(2 * np.pi * 440.0 * t) * np.exp(-3.0 * t)
        x += 0.2 * np.sin(2 * np.pi * (1000.0 + 4000.0 * t) * t)
        x += 0.05 * (state / 2147483648.0 - 1.0)
        clip[n] = 0.0 if 4096 <= n < 7168 else x
    return clip.astype(np.float64)


def yule_walker(w, p):
    m = len(w)
    r = np.array([w[: m - k] @ w[k:] for k in range(p + 1)]) / m
    a = solve_toeplitz(r[:p], r[1 : p + 1])
    return np.concatenate([[1.0], -a]), r[0] - a @ r[1 : p + 1]


def forward_backward(w, p):
    f = np.lib.stride_tricks.sliding_window_view(w, p + 1)[:, ::-1]
    b = np.lib.stride_tricks.sliding_window_view(w[::-1], p + 1)[:, ::-1]
    rows = np.concatenate([f, b])
    a = np.linalg.lstsq(rows[:, 1:], -rows[:, 0], rcond=None)[0]
    error = rows[:, 0] + rows[:, 1:] @ a
    return np.concatenate([[1.0], a]), error @ error / len(rows)


def burg(w, p):
    f, b, a = w.copy(), w.copy(), np.array([1.0])
    variance = w @ w / len(w)
    for _ in range(p):
        f, b = f[1:], b[:-1]
        k = -2.0 * (f @ b) / (f @ f + b @ b)
        f, b = f + k * b, b + k * f
        a = np.append(a, 0.0) + k * np.append(a, 0.0)[::-1]
        variance *= 1.0 - k * k
    return a, variance


def sem(model, w, residual, lags):
    a, variance = model
    p = len(a) - 1
    full = np.convolve(a, w)
    e = {"zero_state": lfilter(a, [1.0], w), "valid": full[p : len(w)], "full": full}[residual]
    r = np.correlate(e, e, "full")[len(e) - 1 :] / len(e)
    last = len(e) - 1 if lags == "window" else lags
    return (variance / r[0] - 1.0) ** 2 + 2.0 * np.sum((r[1 : last + 1] / r[0]) ** 2)


fits = {"yule_walker": yule_walker, "burg": burg, "forward_backward": forward_backward}
clip = golden_clip()
windows = clip[:4000].reshape(8, 500)
taper = get_window("hann", 500, fftbins=True)
save = lambda name, a: np.savetxt(os.path.join(HERE, name + ".txt"), a, fmt="%.17g")
for name, fit in fits.items():
    models = [fit(w, 12) for w in windows]
    save("ar12_" + name, np.array([np.append(a, v) for a, v in models]))
    for residual in ("zero_state", "valid", "full"):
        for lags in ("window", 16):
            save(f"sem_{name}_{residual}_{lags}", np.array([[sem(m, w, residual, lags) for w in windows] for m in models]))
tapered = windows * taper
models = [yule_walker(w, 12) for w in tapered]
save("sem_hann", np.array([[sem(m, w, "zero_state", "window") for w in tapered] for m in models]))
