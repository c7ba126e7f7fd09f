#!/usr/bin/env python3
"""Writes what RecipesTest compares the recipes with: PyTorch's outputs for seeded weights.

    python3 recipes.py [RECIPE...]

For each recipe, goldens/<Recipe>.json:
    weights     the file that the recipe reads
    crc32       of the bytes of the input's values, then of all tensors in that file, in order
    input       the input's shape; its values have the seed "<Recipe>.input"
    tensors     [name, shape, exponent] of each tensor, in the file's order
    outputs     for each output its name, shape and largest magnitude, and its values: all of them up
                to 2,000, else those at 1,000 positions drawn from the seed "<Recipe>.<output>"

Weights and input are never stored: SeededWeights.java makes the same bits as the functions below.
PyTorch computes in float64. Where torchvision has the network, it is torchvision's; the others are
written from their papers, with the tensors' names of the best-known repository. Needs PyTorch and
torchvision (Debian: python3-torch, python3-torchvision).
"""

import json
import math
import pathlib
import sys
import zlib

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).resolve().parent
ALL_VALUES = 2000
SAMPLED_VALUES = 1000


# ---- seeded values -------------------------------------------------------------------------------
# Integers, and floating point operations that IEEE 754 rounds correctly: the same bits everywhere.

def draw(seed, count):
    """count 64-bit numbers: SplitMix64 started at the FNV-1a hash of the seed's UTF-8."""
    state = 0xCBF29CE484222325
    for byte in seed.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(
            0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def field(bits, shift, width):
    """Some bits of each number as an integer from 0 to 2^width - 1."""
    return (bits >> np.uint64(shift) & np.uint64(2**width - 1)).astype(np.int64)


def bell(bits):
    """The sum of four uniform numbers, with mean 0, deviation 1 and no value beyond 3.5."""
    total = sum(field(bits, shift, 16) for shift in (0, 16, 32, 48))
    return (total - 131070) / 37837.0


def is_tiny(variance_bits):
    """One variance in 64 is that of a channel all but dead."""
    return field(variance_bits, 0, 6) == 0


def values(name, shape, exponent=0):
    """The values of a tensor as float32. Their distribution follows from the name's last part."""
    count = math.prod(shape)
    bits = draw(name, count)
    prefix, _, kind = name.rpartition(".")
    if kind == "running_var":
        # From 1/64 to 4, each octave as often as any other.
        octave = np.ldexp(1.0, field(bits, 6, 3) - 6)
        result = np.where(is_tiny(bits), 1e-5, octave * (1 + field(bits, 40, 24) / 2.0**24))
    elif kind == "weight" and len(shape) == 1:
        # A gamma: 3 in 100 are 0, 10 in 100 negative; small where the variance is tiny.
        lot = field(bits, 0, 10)
        result = np.where(lot < 31, 0.0, np.where(lot < 133, -1.0, 1.0)) * (
            0.5 + field(bits, 40, 24) / 2.0**24)
        result = result * np.where(is_tiny(draw(prefix + ".running_var", count)), 1 / 32, 1.0)
    elif kind == "weight":
        result = bell(bits) / math.sqrt(math.prod(shape[1:])) * 2.0**exponent
    elif kind in ("bias", "running_mean"):
        result = bell(bits) / 8
    else:
        # An input: noise around levels. Noise alone would be lost in the mean over the whole map.
        levels = bell(draw(prefix + ".level", (count + 1023) // 1024))
        result = bell(bits) + np.repeat(levels, 1024)[:count]
    return torch.from_numpy(result.astype(np.float32).reshape(shape))


# ---- networks that torchvision lacks -------------------------------------------------------------

class MobileNetV1(nn.Module):
    def __init__(self, width=8, classes=1000):
        super().__init__()

        def stage(inputs, *units):
            layers = []
            for outputs, stride in units:
                outputs *= width
                layers.append(nn.Sequential(
                    nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False),
                    nn.BatchNorm2d(inputs), nn.LeakyReLU(0.1),
                    nn.Conv2d(inputs, outputs, 1, bias=False),
                    nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1)))
                inputs = outputs
            return layers

        first = nn.Sequential(nn.Conv2d(3, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width),
                              nn.LeakyReLU(0.1))
        self.stage1 = nn.Sequential(
            first, *stage(width, (2, 1), (4, 2), (4, 1), (8, 2), (8, 1)))
        self.stage2 = nn.Sequential(*stage(8 * width, (16, 2), *[(16, 1)] * 5))
        self.stage3 = nn.Sequential(*stage(16 * width, (32, 2), (32, 1)))
        self.fc = nn.Linear(32 * width, classes)

    def forward(self, x):
        return self.fc(self.stage3(self.stage2(self.stage1(x))).mean((2, 3)))


def conv_and_bn(inputs, outputs, kernel, stride):
    unit = nn.Sequential()
    unit.add_module("conv", nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False))
    unit.add_module("bn", nn.BatchNorm2d(outputs))
    return unit


class RepVggBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.rbr_dense = conv_and_bn(inputs, outputs, 3, stride)
        self.rbr_1x1 = conv_and_bn(inputs, outputs, 1, stride)
        self.rbr_identity = nn.BatchNorm2d(inputs) if stride == 1 else None

    def forward(self, x):
        branches = [self.rbr_dense, self.rbr_1x1, self.rbr_identity]
        return F.relu(sum(branch(x) for branch in branches if branch is not None))


class RepVgg(nn.Module):
    def __init__(self, classes=1000):
        super().__init__()
        self.stage0, inputs = RepVggBlock(3, 48, 2), 48
        for stage, (outputs, blocks) in enumerate(((48, 2), (96, 4), (192, 14), (1280, 1)), 1):
            rest = [RepVggBlock(outputs, outputs, 1) for _ in range(blocks - 1)]
            setattr(self, f"stage{stage}",
                    nn.Sequential(RepVggBlock(inputs, outputs, 2), *rest))
            inputs = outputs
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        for stage in (self.stage0, self.stage1, self.stage2, self.stage3, self.stage4):
            x = stage(x)
        return self.linear(x.mean((2, 3)))


class Unit(nn.Module):
    """Convolution, batch normalization, SiLU: the unit of the detector."""

    def __init__(self, inputs, outputs, kernel=1, stride=1, padding=None):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride,
                              kernel // 2 if padding is None else padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)

    def forward(self, x):
        return F.silu(self.bn(self.conv(x)))


class TwoUnits(nn.Module):
    def __init__(self, channels, residual):
        super().__init__()
        self.cv1, self.cv2 = Unit(channels, channels), Unit(channels, channels, 3)
        self.residual = residual

    def forward(self, x):
        y = self.cv2(self.cv1(x))
        return x + y if self.residual else y


class CrossStagePartial(nn.Module):
    def __init__(self, inputs, outputs, depth=1, residual=True):
        super().__init__()
        half = outputs // 2
        self.cv1, self.cv2 = Unit(inputs, half), Unit(inputs, half)
        self.cv3 = Unit(outputs, outputs)
        self.m = nn.Sequential(*[TwoUnits(half, residual) for _ in range(depth)])

    def forward(self, x):
        return self.cv3(torch.cat((self.m(self.cv1(x)), self.cv2(x)), 1))


class PyramidPooling(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.cv1, self.cv2 = Unit(channels, channels // 2), Unit(channels * 2, channels)

    def forward(self, x):
        maps = [self.cv1(x)]
        for _ in range(3):
            maps.append(F.max_pool2d(maps[-1], 5, 1, 2))
        return self.cv2(torch.cat(maps, 1))


class Heads(nn.Module):
    def __init__(self, *channels, outputs):
        super().__init__()
        self.m = nn.ModuleList(nn.Conv2d(inputs, outputs, 1) for inputs in channels)


class YoloV5n(nn.Module):
    """The layers have the original's numbers; those without weights stand in forward."""

    def __init__(self, w=16, classes=80):
        super().__init__()
        self.model = nn.ModuleDict({
            "0": Unit(3, w, 6, 2, 2),
            "1": Unit(w, 2 * w, 3, 2), "2": CrossStagePartial(2 * w, 2 * w, 1),
            "3": Unit(2 * w, 4 * w, 3, 2), "4": CrossStagePartial(4 * w, 4 * w, 2),
            "5": Unit(4 * w, 8 * w, 3, 2), "6": CrossStagePartial(8 * w, 8 * w, 3),
            "7": Unit(8 * w, 16 * w, 3, 2), "8": CrossStagePartial(16 * w, 16 * w, 1),
            "9": PyramidPooling(16 * w),
            "10": Unit(16 * w, 8 * w), "13": CrossStagePartial(16 * w, 8 * w, 1, False),
            "14": Unit(8 * w, 4 * w), "17": CrossStagePartial(8 * w, 4 * w, 1, False),
            "18": Unit(4 * w, 4 * w, 3, 2), "20": CrossStagePartial(8 * w, 8 * w, 1, False),
            "21": Unit(8 * w, 8 * w, 3, 2), "23": CrossStagePartial(16 * w, 16 * w, 1, False),
            "24": Heads(4 * w, 8 * w, 16 * w, outputs=3 * (5 + classes))})

    def forward(self, x):
        def run(x, *numbers):
            for number in numbers:
                x = self.model[str(number)](x)
            return x

        def enlarged(x):
            return F.interpolate(x, scale_factor=2, mode="nearest")

        eighth = run(x, 0, 1, 2, 3, 4)
        sixteenth = run(eighth, 5, 6)
        lateral5 = run(sixteenth, 7, 8, 9, 10)
        lateral4 = run(torch.cat((enlarged(lateral5), sixteenth), 1), 13, 14)
        scale3 = run(torch.cat((enlarged(lateral4), eighth), 1), 17)
        scale4 = run(torch.cat((run(scale3, 18), lateral4), 1), 20)
        scale5 = run(torch.cat((run(scale4, 21), lateral5), 1), 23)
        return [head(x) for head, x in zip(self.model["24"].m, (scale3, scale4, scale5))]


class DoubleConv(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        layers = []
        for read in (inputs, outputs):
            layers += [nn.Conv2d(read, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.double_conv = nn.Sequential(*layers)

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(inputs, outputs))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.up = nn.ConvTranspose2d(inputs, outputs, 2, 2)
        self.conv = DoubleConv(inputs, outputs)

    def forward(self, x, skipped):
        return self.conv(torch.cat((skipped, self.up(x)), 1))


class UNet(nn.Module):
    def __init__(self, w=16, classes=2):
        super().__init__()
        self.inc = DoubleConv(3, w)
        self.down1, self.down2 = Down(w, 2 * w), Down(2 * w, 4 * w)
        self.down3, self.down4 = Down(4 * w, 8 * w), Down(8 * w, 16 * w)
        self.up1, self.up2 = Up(16 * w, 8 * w), Up(8 * w, 4 * w)
        self.up3, self.up4 = Up(4 * w, 2 * w), Up(2 * w, w)
        self.outc = nn.Sequential()
        self.outc.add_module("conv", nn.Conv2d(w, classes, 1))

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x4 = self.down3(x3)
        x = self.up1(self.down4(x4), x4)
        return self.outc(self.up4(self.up3(self.up2(x, x3), x2), x1))


def same(x, kernel, stride):
    """TensorFlow's SAME: zeros for ceil(extent / stride) positions, the odd one below or right."""
    sides = []
    for extent, k in zip(reversed(x.shape[2:]), reversed(kernel)):
        missing = max((math.ceil(extent / stride) - 1) * stride + k - extent, 0)
        sides += [missing // 2, missing - missing // 2]
    return F.pad(x, sides)


class Separable(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.depthwise_conv = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
        self.dw_batch_norm = nn.BatchNorm2d(channels, eps=1e-3)
        self.pointwise_conv = nn.Conv2d(channels, channels, 1)
        self.pw_batch_norm = nn.BatchNorm2d(channels, eps=1e-3)

    def forward(self, x):
        x = F.relu(self.dw_batch_norm(self.depthwise_conv(x)))
        return F.relu(self.pw_batch_norm(self.pointwise_conv(x)))


class DsCnn(nn.Module):
    def __init__(self, channels=64, classes=12):
        super().__init__()
        self.conv_1 = nn.Conv2d(1, channels, (10, 4), 2)
        self.conv_1.batch_norm = nn.BatchNorm2d(channels, eps=1e-3)
        for i in range(1, 5):
            setattr(self, f"conv_ds_{i}", Separable(channels))
        self.fc1 = nn.Linear(channels, classes)

    def forward(self, x):
        x = F.relu(self.conv_1.batch_norm(self.conv_1(same(x, (10, 4), 2))))
        for separable in (self.conv_ds_1, self.conv_ds_2, self.conv_ds_3, self.conv_ds_4):
            x = separable(x)
        return self.fc1(x.mean((2, 3)))


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()

        def layers(*widths):
            for inputs, outputs in zip(widths, widths[1:]):
                yield from (nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs, eps=1e-3),
                            nn.ReLU())

        self.encoder = nn.Sequential(*layers(640, 128, 128, 128, 128, 8))
        self.decoder = nn.Sequential(*layers(8, 128, 128, 128, 128), nn.Linear(128, 640))

    def forward(self, x):
        code = self.encoder(x)
        return code, self.decoder(code)


class AudioM5(nn.Module):
    def __init__(self, width=32, classes=35):
        super().__init__()
        sizes = [(1, width, 80), (width, width, 3), (width, 2 * width, 3),
                 (2 * width, 2 * width, 3)]
        for i, (inputs, outputs, kernel) in enumerate(sizes, 1):
            setattr(self, f"conv{i}", nn.Conv1d(inputs, outputs, kernel, 16 if i == 1 else 1))
            setattr(self, f"bn{i}", nn.BatchNorm1d(outputs))
        self.fc1 = nn.Linear(2 * width, classes)

    def forward(self, x):
        for conv, bn in ((self.conv1, self.bn1), (self.conv2, self.bn2),
                         (self.conv3, self.bn3), (self.conv4, self.bn4)):
            x = F.max_pool1d(F.relu(bn(conv(x))), 4)
        return self.fc1(x.mean(2)).softmax(1)


# ---- weights -------------------------------------------------------------------------------------

@torch.no_grad()
def seed(network, absent):
    """Gives the network the seeded values, as they are before calibration."""
    state = network.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            tensor.zero_()
        elif absent(name):
            tensor.fill_(1)
        else:
            tensor.copy_(values(name, tensor.shape))


@torch.no_grad()
def calibrate(network, x):
    """Scales each weight by a power of two so that what it gives has a magnitude of about 1/2.

    Without it, activations of seeded weights grow or fade from layer to layer. Returns the exponents.
    """
    names = {module: name for name, module in network.named_modules()}
    exponents = {}

    def scale(module, _, output):
        bias = 0
        if module.bias is not None:
            bias = module.bias.reshape(-1, *[1] * (output.dim() - 2))
        product = output - bias
        exponent = round(math.log2(0.5 / product.square().mean().sqrt().item()))
        module.weight.mul_(2.0**exponent)
        exponents[names[module] + ".weight"] = exponent
        return product * 2.0**exponent + bias

    linear = (nn.Conv1d, nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
    hooks = [module.register_forward_hook(scale)
             for module in network.modules() if isinstance(module, linear)]
    network(x)
    for hook in hooks:
        hook.remove()
    return exponents


# ---- goldens -------------------------------------------------------------------------------------

def outputs(network, x):
    result = network(x)
    return [output[0] for output in (result if isinstance(result, (list, tuple)) else [result])]


def sample(seed, flat):
    if len(flat) > ALL_VALUES:
        positions = draw(seed, SAMPLED_VALUES) % np.uint64(len(flat))
        flat = flat[positions.astype(np.int64)]
    return [float(f"{value:.9g}") for value in flat]


@torch.no_grad()
def golden(recipe, weights, network, shape, names, absent=lambda name: False):
    """Writes one recipe's golden. absent: tensors that PyTorch has, but a checkpoint does not."""
    network = network.double().eval()
    seed(network, absent)
    pixels = values(recipe + ".input", shape)
    x = pixels[None].double()
    exponents = calibrate(network, x)

    tensors, crc = [], zlib.crc32(pixels.numpy().tobytes())
    for name, tensor in network.state_dict().items():
        if absent(name):
            continue
        exponent = exponents.get(name, 0)
        tensors.append([name, list(tensor.shape), exponent])
        stored = tensor
        if tensor.is_floating_point():
            stored = values(name, tensor.shape, exponent)
            assert torch.equal(stored.double(), tensor), name
        crc = zlib.crc32(stored.numpy().tobytes(), crc)

    results = outputs(network, x)
    others = outputs(network, values(recipe + "-other.input", shape)[None].double())
    for name, result, other in zip(names, results, others):
        # Where activations die out, outputs hardly depend on the input, and prove nothing. The test
        # sees a thousandth of this.
        change = ((result - other).square().mean() / result.square().mean()).sqrt().item()
        print(f"{recipe:17} {name:13} {str(list(result.shape)):16} largest"
              f" {result.abs().max().item():8.3g}, another input changes it by {change:.0%}")
        assert result.isfinite().all() and change > 0.01
    text = json.dumps({
        "weights": weights, "crc32": crc, "input": shape, "tensors": tensors,
        "outputs": [{"name": name, "shape": list(result.shape),
                     "largest": result.abs().max().item(),
                     "values": sample(f"{recipe}.{name}", result.reshape(-1).numpy())}
                    for name, result in zip(names, results)]}, separators=(",", ":"))
    # A tensor a line, an output a line.
    text = text.replace('"tensors":[', '"tensors":[\n').replace("],[\"", "],\n[\"")
    text = text.replace('],"outputs":[', '],\n"outputs":[\n').replace('},{"name"', '},\n{"name"')
    (HERE / "goldens" / f"{recipe}.json").write_text(text + "\n")


def recipes():
    models, image = torchvision.models, [3, 224, 224]
    yield "ResNet18", "resnet18", models.resnet18, image, ["fc"]
    yield "ResNet50", "resnet50", models.resnet50, image, ["fc"]
    yield "MobileNetV1", "mobilenet_v1", MobileNetV1, image, ["fc"]
    yield "MobileNetV2", "mobilenet_v2", models.mobilenet_v2, image, ["classifier"]
    yield "MobileNetV3Small", "mobilenet_v3_small", models.mobilenet_v3_small, image, ["classifier"]
    yield "ShuffleNetV2", "shufflenet_v2", models.shufflenet_v2_x0_5, image, ["fc"]
    yield "DenseNet121", "densenet121", models.densenet121, image, ["classifier"]
    yield "RepVggA0", "repvgg_a0", RepVgg, image, ["linear"]
    yield "YoloV5n", "yolov5n", YoloV5n, [3, 320, 320], ["detect3", "detect4", "detect5"]
    yield "UNet", "unet", UNet, [3, 128, 128], ["outc"]
    yield ("DsCnn", "ds_cnn", DsCnn, [1, 49, 10], ["fc1"],
           lambda name: name.endswith("batch_norm.weight"))
    yield "Autoencoder", "autoencoder", Autoencoder, [640], ["encoder", "decoder"]
    yield "AudioM5", "m5", AudioM5, [1, 8000], ["probabilities"]


def main():
    torch.set_num_threads(1)  # sums are always added up in the same order
    (HERE / "goldens").mkdir(exist_ok=True)
    for recipe, weights, network, *rest in recipes():
        if len(sys.argv) == 1 or recipe in sys.argv:
            golden(recipe, weights + ".safetensors", network(), *rest)


if __name__ == "__main__":
    main()
