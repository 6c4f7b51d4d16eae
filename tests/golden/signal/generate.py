"""Values of librosa 0.11 on a generated clip, for tests/signal/librosa_test.cpp.

Run with: python3 generate.py   (writes beside itself; librosa 0.11, NumPy). One row a line.
The clip is made by the same formula in the test: two tones that decay and rise, noise of a linear congruential generator, and a
silence that holds two whole frames.
"""
import os

import librosa
import numpy as np

RATE = 22050
N = 8700


def clip():
    n = np.arange(N)
    state, noise = 12345, np.empty(N)
    for i in range(N):
        state = (1664525 * state + 1013904223) % 2**32
        noise[i] = state / 2**31 - 1.0
    t = n / RATE
    x = 0.4 * np.sin(2 * np.pi * 440.0 * t) * np.exp(-3.0 * t)
    x += 0.2 * np.sin(2 * np.pi * (1000.0 + 4000.0 * t) * t)
    x += 0.05 * noise
    x[4096:7168] = 0.0
    return x.astype(np.float32)


def save(name, values):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".txt")
    np.savetxt(path, np.atleast_2d(values), fmt="%.8g")


y = clip()
at = dict(y=y, sr=RATE, n_fft=2048, hop_length=1024)
framed = dict(n_fft=2048, hop_length=1024)
mel = librosa.feature.melspectrogram(**at, n_mels=128)
save("mel_slaney", mel)
save("mel_htk", librosa.feature.melspectrogram(**at, n_mels=128, htk=True, norm=None))
save("mel_db", librosa.power_to_db(mel, ref=np.max))
save("mel_1500_50_8000", librosa.feature.melspectrogram(y=y, sr=RATE, n_fft=1500, hop_length=700, n_mels=40, fmin=50.0, fmax=8000.0))
save("mel_reflect", librosa.feature.melspectrogram(**at, n_mels=40, pad_mode="reflect"))
save("mel_uncentred", librosa.feature.melspectrogram(**at, n_mels=40, center=False))
save("mfcc", librosa.feature.mfcc(**at, n_mfcc=20, n_mels=128))
save("mfcc_lifter", librosa.feature.mfcc(**at, n_mfcc=13, n_mels=40, lifter=22))
save("centroid", librosa.feature.spectral_centroid(**at))
save("bandwidth", librosa.feature.spectral_bandwidth(**at))
save("contrast", librosa.feature.spectral_contrast(**at))
save("roll_off", librosa.feature.spectral_rolloff(**at))
save("chroma", librosa.feature.chroma_stft(**at, tuning=0.0))
save("chroma_tuned", librosa.feature.chroma_stft(**at, tuning=0.25))
save("zero_crossing_rate", librosa.feature.zero_crossing_rate(y, frame_length=2048, hop_length=1024))
save("rms", librosa.feature.rms(y=y, frame_length=2048, hop_length=1024))
