"""Makes the HDF5 files beside it: python3 keras.py, with h5py 3.7 and NumPy.

Twice the same bytes, but for the time of day in those of libver="latest".
"""

import os

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(here, name)


def file(name, **options):
    return h5py.File(path(name), "w", **options)


with file("small.h5") as f:
    f["a"] = np.array([[1, 2], [3, 4]], "f4")

# Every type and every way of storing it, all of them [0, 1, … 34] in 5 rows of 7.
base = np.arange(35).reshape(5, 7)
with file("types.h5") as f:
    for code in ["f2", "f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]:
        f["little/" + code] = base.astype("<" + code)
        f["big/" + code] = base.astype(">" + code)
    chunked = f.create_group("chunked")
    for name, options in {
        "plain": dict(chunks=(2, 3)),
        "whole": dict(chunks=(5, 7)),
        "gzip": dict(chunks=(2, 3), compression="gzip"),
        "shuffled": dict(chunks=(3, 2), compression="gzip", shuffle=True),
        "only_shuffled": dict(chunks=(3, 2), shuffle=True),
        "grows": dict(chunks=(4, 16), maxshape=(None, None), compression=9),
        "single": dict(chunks=(1, 1)),
    }.items():
        chunked.create_dataset(name, data=base.astype("f4"), **options)
    cube = np.arange(2 * 3 * 4 * 5, dtype="f4").reshape(2, 3, 4, 5)
    chunked.create_dataset("cube", data=cube, chunks=(1, 2, 3, 2), compression="gzip")
    # So many that their tree has two levels: a node has 64 at most.
    chunked.create_dataset("cube_of_many", data=cube, chunks=(1, 1, 1, 1))
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    compact.set_obj_track_times(False)
    h5py.h5d.create(
        f.id, b"compact", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((5, 7)), compact
    ).write(h5py.h5s.ALL, h5py.h5s.ALL, base.astype("f4"))
    f["hard_link"] = f["little/f4"]
    f["soft_link"] = h5py.SoftLink("/little/f4")
    f["scalar"] = np.float32(7)
    f["empty"] = np.zeros((0, 3), "f4")

with file("refused.h5") as f:
    f["text"] = "relu"
    f["bytes"] = np.array([b"conv1", b"bn1"])
    f["truth"] = np.array([True, False])
    f["complex"] = np.array([1j])
    f["longdouble"] = np.array([1], np.longdouble)
    f.create_dataset("lzf", data=base, chunks=(5, 7), compression="lzf")
    f.create_dataset("checked", data=base, chunks=(5, 7), fletcher32=True)
    f.create_dataset("unwritten", (5, 7), "f4")
    f.create_dataset("unwritten_chunks", (5, 7), "f4", chunks=(5, 7))
    f["null"] = h5py.Empty("f4")
    f["named_type"] = np.dtype("f4")
    f.create_dataset("of_named_type", data=base, dtype=f["named_type"])

with file("latest.h5", libver="latest") as f:
    f.create_group("conv", track_order=True)["kernel:0"] = base.astype("f4")
    f["conv/bias:0"] = base[0].astype("f4")
with file("indexed.h5", libver="latest") as f:
    for i in range(9):
        f["t%d" % i] = base.astype("f4")
with file("latest_chunks.h5", libver="latest") as f:
    f.create_dataset("a", data=base, chunks=(2, 3))

with file("nothing.h5") as f:
    f.create_group("data").attrs["made_by"] = "a spectrometer"
with file("spectra.h5") as f:
    f["axis0"] = np.array([b"energy", b"counts"])
    f["block0/values"] = base.astype("f8")
# What Keras 3 saves as .weights.h5.
with file("numbered.h5") as f:
    f["layers/conv2d/vars/0"] = np.zeros((3, 3, 1, 2), "f4")
    f["layers/conv2d/vars/1"] = np.zeros(2, "f4")
    f["optimizer/vars/0"] = np.int64(0)

# A network as Keras would save it, and what it answers: Conv2D, BatchNormalization, ReLU,
# DepthwiseConv2D, Flatten, Dense, in Keras' own order of axes.
random = np.random.RandomState(7)


def draw(*shape):
    return random.uniform(-1, 1, shape).astype("f4")


weights = {
    "conv": {"kernel:0": draw(3, 3, 2, 4), "bias:0": draw(4)},
    "bn": {
        "gamma:0": draw(4),
        "beta:0": draw(4),
        "moving_mean:0": draw(4),
        "moving_variance:0": np.abs(draw(4)),
    },
    "relu": {},
    "depthwise": {"depthwise_kernel:0": draw(2, 2, 4, 1), "bias:0": draw(4)},
    "flatten": {},
    "fc": {"kernel:0": draw(24, 3), "bias:0": draw(3)},
}
x = draw(6, 5, 2)


def answer(x):
    w = {k: {n: a.astype("f8") for n, a in v.items()} for k, v in weights.items()}
    y = np.zeros((4, 3, 4))
    for i in range(4):
        for j in range(3):
            y[i, j] = np.tensordot(x[i : i + 3, j : j + 3], w["conv"]["kernel:0"], 3)
    y += w["conv"]["bias:0"]
    bn = w["bn"]
    y = (y - bn["moving_mean:0"]) / np.sqrt(bn["moving_variance:0"] + 1e-3)
    y = np.maximum(y * bn["gamma:0"] + bn["beta:0"], 0)
    z = np.zeros((3, 2, 4))
    for i in range(3):
        for j in range(2):
            part = y[i : i + 2, j : j + 2] * w["depthwise"]["depthwise_kernel:0"][..., 0]
            z[i, j] = part.sum((0, 1))
    z += w["depthwise"]["bias:0"]
    return z.reshape(-1) @ w["fc"]["kernel:0"] + w["fc"]["bias:0"]


def save(group, keras, suffix, model=""):
    group.attrs["layer_names"] = [n.encode() for n in weights]
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = keras
    for layer, tensors in weights.items():
        inner = group.create_group(layer)
        names = [model + layer + "/" + n.replace(":0", suffix) for n in tensors]
        inner.attrs["weight_names"] = [n.encode() for n in names]
        for name, tensor in zip(names, tensors.values()):
            inner[name] = tensor


with file("keras_weights.h5") as f:
    save(f, b"2.11.0", ":0")
with file("keras_model.h5") as f:
    f.attrs["model_config"] = b"{}"
    save(f.create_group("model_weights"), b"2.11.0", ":0")
    f["optimizer_weights/Adam/iter:0"] = np.int64(10)
    f["optimizer_weights/Adam/conv/kernel/m:0"] = draw(3, 3, 2, 4)
# Keras 3 names tensors after their sequential model too, and leaves the ":0" out.
with file("keras3_model.h5") as f:
    save(f.create_group("model_weights"), b"3.3.3", "", "sequential/")
    f.create_group("model_weights/top_level_model_weights").attrs["weight_names"] = []
np.savez(path("keras_answer.npz"), x=x, y=answer(x.astype("f8")))
