"""Writes the files beside it with the real NumPy: /usr/bin/python3 generate.py (NumPy 1.24.2)."""

import os

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(here, name)


weight = (np.arange(24, dtype=np.float32) / 8 - 1).reshape(2, 3, 4)
tensors = {
    "conv1.weight": weight,
    "conv1.bias": np.array([-0.5, 2.0]),
    "fortran": np.asfortranarray(weight),
    "big": weight.astype(">f4"),
    "half": weight.astype(np.float16),
    "bytes": np.array([-128, 0, 127], dtype=np.int8),
    "flags": np.array([True, False, True]),
    "steps": np.array(2**53 + 2),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "layer/0.weight": np.arange(3, dtype=np.uint16),
}
np.savez(path("stored.npz"), **tensors)
np.savez_compressed(path("deflated.npz"), **tensors)
for name in ["conv1.weight", "conv1.bias"]:
    np.save(path(os.path.join("folder", name + ".npy")), tensors[name])
with open(path("folder/README.txt"), "w") as readme:
    readme.write("Not a tensor.\n")

for version in [(1, 0), (2, 0), (3, 0)]:
    with open(path("version%d.npy" % version[0]), "wb") as file:
        np.lib.format.write_array(file, weight, version)
np.save(path("object.npy"), np.array([{}], dtype=object), allow_pickle=True)
np.save(path("complex.npy"), np.array([1j]))
np.save(path("text.npy"), np.array(["a"]))
np.save(path("structured.npy"), np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")]))
np.save(path("longdouble.npy"), np.array([1], dtype=np.longdouble))
np.save(path("void.npy"), np.zeros(2, dtype="V2"))
np.save(path("inexact.npy"), np.array([0, 2**53 + 1]))
