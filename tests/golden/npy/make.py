#!/usr/bin/env python3
"""Writes the files of this folder with NumPy, for tests/base/npy_test.cpp.

usage: make.py [FOLDER]

Made with NumPy 1.24.2. The elements of every array are 0, 1, 2, ... in C order, unless the name
says otherwise.
"""

import pathlib
import sys

import numpy as np


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    for name in ("uint8", "int32", "int64", "float16", "float32", "float64"):
        np.save(folder / f"{name}.npy", np.arange(24, dtype=name).reshape(2, 3, 4))
    counting = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    np.save(folder / "fortran.npy", np.asfortranarray(counting))
    np.save(folder / "one_number.npy", np.float64(3.5))
    np.save(folder / "empty.npy", np.zeros((0, 3), np.float32))
    with open(folder / "version_2.npy", "wb") as file:
        np.lib.format.write_array(file, counting, version=(2, 0))
    np.save(folder / "halves.npy", np.array(
        [0.0, -0.0, 1.0, -2.5, 65504.0, 2.0**-14, 2.0**-24, -3 * 2.0**-24, np.inf, -np.inf,
         np.nan], np.float16))
    np.save(folder / "texts.npy", np.array(["rock/a", "", "Für Élise", "\u97f3\u697d", "\U0001d11e"]))
    np.save(folder / "objects.npy", np.array([{}], object))
    np.save(folder / "big_endian.npy", np.arange(3, dtype=">f4"))
    np.savez(folder / "stored.npz", **{"rock/a": counting[0], "rock/b": counting[1]})
    np.savez_compressed(folder / "compressed.npz", x=counting.reshape(2, 12),
                        ids=np.array(["rock/b", "rock/a"]))


if __name__ == "__main__":
    main()
