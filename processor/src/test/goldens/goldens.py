#!/usr/bin/env python3
"""Writes the processor's goldens: small networks as Java fields, their weights, PyTorch's output.

    python3 goldens.py

For each case, beside this script:
    <case>.fields               the input's shape, then the fields of the @Network class
    <case>.safetensors          the weights, named as in the state_dict of a module of such fields
    <case>.golden.safetensors   input (F32, [N, ...]) and output (F64, [N, ...]) of the last field

The output is PyTorch's in float64, with input and weights widened exactly from what the files hold,
so that all a test measures against it is Sinter's own rounding. Needs PyTorch and NumPy.

A layer of a case is a pair: the Java field and the module that it must behave as. The field's text
also tells name and wiring, so that Java and Python cannot disagree about them.
"""

import json
import pathlib
import re
import struct
import zlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).resolve().parent
DTYPES = {torch.float64: "F64", torch.int64: "I64", torch.float32: "F32",
          torch.float16: "F16", torch.bfloat16: "BF16"}


# ---- modules that PyTorch lacks ------------------------------------------------------------------

class Add(nn.Module):
    def forward(self, *values):
        return sum(values)


class Clip(nn.Module):
    def __init__(self, minimum, maximum):
        super().__init__()
        self.limits = minimum, maximum

    def forward(self, x):
        return x.clamp(*self.limits)


class Normalize(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = mean, std

    def forward(self, x):
        shape = [-1] + [1] * (x.dim() - 2)
        mean = torch.tensor(self.mean, dtype=torch.float64).reshape(shape)
        return (x - mean) / torch.tensor(self.std, dtype=torch.float64).reshape(shape)


class GlobalPool(nn.Module):
    """[C, H, W] to [C, 1, 1], [C, L] to [C, 1]."""

    def __init__(self, reduce):
        super().__init__()
        self.reduce = reduce

    def forward(self, x):
        return self.reduce(x, dim=tuple(range(2, x.dim())), keepdim=True)


class Lambda(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.forward = lambda *values: function(*values)


def cropped(module, top, left, bottom, right):
    """The module without some rows and columns of its output."""
    module.register_forward_hook(
        lambda _, inputs, y: y[..., top:y.shape[-2] - bottom, left:y.shape[-1] - right])
    return module


def padded(module, *sides, value=0.0):
    """The module on a padded input; sides as in F.pad: left, right[, top, bottom]."""
    module.register_forward_pre_hook(lambda _, inputs: F.pad(inputs[0], sides, value=value))
    return module


# ---- weights and files ---------------------------------------------------------------------------

def fill(module, rng, dtype, variances, tame):
    """Draws the module's weights, rounds them to the file's type and widens them to float64."""
    def put(tensor, values):
        # Set in float64 first: a float64 file shall not hold float32 values.
        tensor.data = torch.from_numpy(np.asarray(values)).to(dtype).double().reshape(tensor.shape)

    if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        channels = module.num_features
        lowest, highest = variances
        # One variance from each of C equal parts of the logarithmic range: never only harmless ones
        part = (rng.permutation(channels) + rng.random_sample(channels)) / channels
        put(module.running_var, lowest * (highest / lowest) ** part)
        put(module.running_mean, rng.standard_normal(channels))
        module.num_batches_tracked.fill_(1000)
        if module.affine:
            gamma = rng.standard_normal(channels)
            zero, negative = rng.permutation(channels)[:2]
            gamma[zero], gamma[negative] = 0, -abs(gamma[negative])
            put(module.weight, rng.uniform(0.1, 0.5, channels) if tame else gamma)
            put(module.bias, rng.standard_normal(channels))
    elif isinstance(module, nn.PReLU):
        put(module.weight, rng.standard_normal(module.weight.shape))
    elif getattr(module, "weight", None) is not None:
        shape = module.weight.shape
        put(module.weight, rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:])))
        if module.bias is not None:
            put(module.bias, rng.standard_normal(module.bias.shape))
    return module.eval()


def write_safetensors(path, tensors):
    """The header's length (8 bytes, little-endian), the header (JSON), tensor after tensor."""
    # The wide ones first: so every tensor starts at a multiple of its element's size.
    order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    header, data = {}, b""
    for name in order:
        tensor = tensors[name]
        # NumPy has no bfloat16, hence the detour over bytes. The machine is taken as little-endian.
        values = tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


@torch.no_grad()
def case(name, shape, *layers, seed=None, images=2, dtype=torch.float32, variances=(1e-4, 10),
         tame=False):
    """Writes one case. By default the name is the seed: no case changes because of another.

    Unless it is tame, each batch normalization has a γ that is 0 and one that is negative.
    """
    rng = np.random.RandomState(zlib.crc32((seed or name).encode()))
    network_input = torch.from_numpy(rng.standard_normal((images, *shape)).astype(np.float32))
    values, previous, weights = {"input": network_input.double()}, "input", {}
    for field, module in layers:
        annotation, layer = re.fullmatch(r"(@.+) Layer (\w+);", field).groups()
        operands = re.findall(r'"(\w+)"', annotation) or [previous]
        fill(module, rng, dtype, variances, tame)
        values[layer] = module(*[values[operand] for operand in operands])
        for key, tensor in module.state_dict().items():
            weights[f"{layer}.{key}"] = tensor.to(dtype) if tensor.is_floating_point() else tensor
        previous = layer
    output = values[previous]
    assert output.dtype == torch.float64 and output.isfinite().all(), name

    lines = ["{" + ", ".join(map(str, shape)) + "}"] + [field for field, _ in layers]
    (HERE / f"{name}.fields").write_text("\n".join(lines) + "\n")
    write_safetensors(HERE / f"{name}.safetensors", weights)
    write_safetensors(HERE / f"{name}.golden.safetensors",
                      {"input": network_input, "output": output})


# ---- the cases -----------------------------------------------------------------------------------

def bn(number, channels, kind=nn.BatchNorm2d):
    """Field and module of a batch normalization with PyTorch's defaults."""
    return f"@BatchNorm Layer bn{number};", kind(channels)


def relu(number):
    return f"@Activation(RELU) Layer relu{number};", nn.ReLU()


def convolutions():
    def conv_bn(name, shape, arguments, conv):
        flat = isinstance(conv, nn.Conv1d)
        case(name, shape, (f"@Conv{arguments} Layer conv1;", conv),
             bn(1, conv.out_channels, nn.BatchNorm1d if flat else nn.BatchNorm2d))

    case("conv_bias_bn_relu", (3, 6, 6),
         ("@Conv(padding = 1) Layer conv1;", nn.Conv2d(3, 4, 3, padding=1)), bn(1, 4), relu(1))
    case("conv_alone", (3, 6, 6), ("@Conv Layer conv1;", nn.Conv2d(3, 4, 3)))
    conv_bn("conv_no_bias", (3, 6, 6), "", nn.Conv2d(3, 4, 3, bias=False))
    conv_bn("conv_stride", (3, 7, 7), "(stride = 2, padding = 1)",
            nn.Conv2d(3, 4, 3, stride=2, padding=1))
    conv_bn("conv_stride_padding_by_axis", (3, 7, 6), "(stride = {2, 1}, padding = {0, 2})",
            nn.Conv2d(3, 4, 3, stride=(2, 1), padding=(0, 2)))
    conv_bn("conv_padding_by_side", (3, 5, 5), "(padding = {1, 2, 0, 3})",
            padded(nn.Conv2d(3, 4, 3), 2, 3, 1, 0))
    conv_bn("conv_dilation", (3, 7, 7), "(padding = 1, dilation = 2)",
            nn.Conv2d(3, 4, 3, padding=1, dilation=2))
    conv_bn("conv_groups", (4, 5, 5), "(padding = 1)", nn.Conv2d(4, 6, 3, padding=1, groups=2))
    conv_bn("conv_depthwise", (4, 6, 6), "(padding = 1)",
            nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False))
    conv_bn("conv_depthwise_multiplier", (3, 6, 6), "(stride = 2, padding = 1)",
            nn.Conv2d(3, 6, 3, stride=2, padding=1, groups=3))
    conv_bn("conv_1x1", (5, 4, 5), "", nn.Conv2d(5, 4, 1, bias=False))
    conv_bn("conv_1x1_map", (5, 1, 1), "(padding = 1)", nn.Conv2d(5, 4, 3, padding=1))
    conv_bn("conv_kernel_exceeds_map", (3, 3, 2), "(padding = 2)", nn.Conv2d(3, 4, 5, padding=2))
    conv_bn("conv_kernel_not_square", (3, 6, 5), "(padding = {2, 0})",
            nn.Conv2d(3, 4, (5, 2), padding=(2, 0)))
    conv_bn("conv_5x5_map_not_square", (2, 4, 9), "(padding = 2)", nn.Conv2d(2, 4, 5, padding=2))
    # SAME at stride 2 needs (4 - 1) * 2 + 3 - 8 = 1 zero, which goes below; at stride 1, 2 * 2.
    conv_bn("conv_same_stride", (3, 8, 8), "(stride = 2, same = true)",
            padded(nn.Conv2d(3, 4, 3, stride=2), 0, 1, 0, 1))
    conv_bn("conv_same_dilation", (3, 6, 5), "(same = true, dilation = 2)",
            padded(nn.Conv2d(3, 4, 3, dilation=2), 2, 2, 2, 2))
    # A kernel of 2 also leaves an odd zero.
    conv_bn("conv_same_even_kernel", (3, 5, 5), "(same = true)",
            padded(nn.Conv2d(3, 4, 2), 0, 1, 0, 1))

    conv_bn("conv1d", (3, 9), "(padding = 1)", nn.Conv1d(3, 4, 3, padding=1))
    conv_bn("conv1d_stride_dilation", (3, 12), "(stride = 2, dilation = 2)",
            nn.Conv1d(3, 4, 3, stride=2, dilation=2))
    conv_bn("conv1d_same", (3, 8), "(stride = 2, same = true)",
            padded(nn.Conv1d(3, 4, 3, stride=2), 0, 1))
    conv_bn("conv1d_padding_by_side", (3, 7), "(padding = {2, 1})",
            padded(nn.Conv1d(3, 4, 3), 2, 1))
    conv_bn("conv1d_depthwise", (4, 8), "(padding = 1)",
            nn.Conv1d(4, 4, 3, padding=1, groups=4, bias=False))


def normalizations():
    conv = "@Conv(padding = 1) Layer conv1;"
    mean, std = [0.485, 0.456, 0.406, -0.3], [0.229, 0.224, 0.225, 1.7]

    case("conv_bn_bn", (3, 5, 5), (conv, nn.Conv2d(3, 4, 3, padding=1)), bn(1, 4), bn(2, 4))
    case("conv_normalize", (3, 5, 5), (conv, nn.Conv2d(3, 4, 3, padding=1)),
         ("@Normalize(mean = {0.485, 0.456, 0.406, -0.3}, std = {0.229, 0.224, 0.225, 1.7})"
          " Layer normalize1;", Normalize(mean, std)))
    case("normalize_conv", (3, 5, 5),
         ("@Normalize(mean = {0.485, 0.456, 0.406}, std = {0.229, 0.224, 0.225}) Layer normalize1;",
          Normalize(mean[:3], std[:3])),
         (conv, nn.Conv2d(3, 4, 3, padding=1)), relu(1))
    case("normalize_one_for_all", (3, 5, 5),
         ("@Normalize(mean = 0.5, std = 0.25) Layer normalize1;", Normalize([0.5], [0.25])),
         (conv, nn.Conv2d(3, 4, 3, padding=1)))
    # The zeros around are not normalized: the shift may not go into the bias.
    case("bn_conv_padding", (3, 5, 5), bn(1, 3), (conv, nn.Conv2d(3, 4, 3, padding=1)))
    case("bn_conv_no_padding", (3, 5, 5), bn(1, 3), ("@Conv Layer conv1;", nn.Conv2d(3, 4, 3)))
    case("bn_first", (3, 4, 4), bn(1, 3), relu(1))
    case("conv_relu_bn", (3, 5, 5), (conv, nn.Conv2d(3, 4, 3, padding=1)), relu(1), bn(1, 4))
    case("conv_read_twice", (3, 5, 5), (conv, nn.Conv2d(3, 4, 3, padding=1)), bn(1, 4), relu(1),
         ('@Add({"relu1", "conv1"}) Layer add1;', Add()))
    case("conv_read_by_two_bn", (3, 5, 5), (conv, nn.Conv2d(3, 4, 3, padding=1)), bn(1, 4),
         ('@BatchNorm(from = "conv1") Layer bn2;', nn.BatchNorm2d(4)),
         ('@Add({"bn1", "bn2"}) Layer add1;', Add()))
    case("conv_dropout_identity_bn", (3, 5, 5), (conv, nn.Conv2d(3, 4, 3, padding=1)),
         ("@Dropout Layer dropout1;", nn.Dropout()), ("@Identity Layer identity1;", nn.Identity()),
         bn(1, 4))
    case("bn_no_affine", (3, 5, 5), (conv, nn.Conv2d(3, 4, 3, padding=1)),
         ("@BatchNorm Layer bn1;", nn.BatchNorm2d(4, affine=False)))
    case("bn_eps", (3, 5, 5), (conv, nn.Conv2d(3, 4, 3, padding=1)),
         ("@BatchNorm(eps = 1e-3) Layer bn1;", nn.BatchNorm2d(4, eps=1e-3)))
    case("linear_bn", (6,), ("@Linear Layer fc1;", nn.Linear(6, 5)), bn(1, 5, nn.BatchNorm1d))
    case("linear_no_bias_bn", (6,), ("@Linear Layer fc1;", nn.Linear(6, 5, bias=False)),
         bn(1, 5, nn.BatchNorm1d))
    case("mlp", (6,),
         ("@Linear Layer fc1;", nn.Linear(6, 8)), relu(1), bn(1, 8, nn.BatchNorm1d),
         ("@Linear Layer fc2;", nn.Linear(8, 7)), relu(2), bn(2, 7, nn.BatchNorm1d),
         ("@Linear Layer fc3;", nn.Linear(7, 3)))

    for name, dtype in (("float16", torch.float16), ("bfloat16", torch.bfloat16),
                        ("float64", torch.float64)):
        case(f"weights_{name}", (3, 5, 5), (conv, nn.Conv2d(3, 4, 3, padding=1)), bn(1, 4), relu(1),
             dtype=dtype)


def activations():
    def conv_bn_then(name, annotation, module):
        # One seed for all: its arguments lie between -10 and 20, on both sides of every bend.
        case(name, (3, 4, 4), ("@Conv(padding = 1) Layer conv1;", nn.Conv2d(3, 6, 3, padding=1)),
             bn(1, 6), (f"@{annotation} Layer act1;", module),
             seed="activations", variances=(1e-2, 10))

    for function, module in (
            ("RELU", nn.ReLU()), ("RELU6", nn.ReLU6()), ("LEAKY_RELU", nn.LeakyReLU()),
            ("ELU", nn.ELU()), ("SELU", nn.SELU()), ("GELU", nn.GELU()), ("SIGMOID", nn.Sigmoid()),
            ("TANH", nn.Tanh()), ("SILU", nn.SiLU()), ("HARD_SIGMOID", nn.Hardsigmoid()),
            ("HARD_SWISH", nn.Hardswish()), ("MISH", nn.Mish()), ("SOFTPLUS", nn.Softplus())):
        conv_bn_then(f"activation_{function.lower()}", f"Activation({function})", module)
    for function, alpha, module in (("LEAKY_RELU", 0.2, nn.LeakyReLU(0.2)),
                                    ("ELU", 0.7, nn.ELU(0.7)), ("SOFTPLUS", 2.5, nn.Softplus(2.5))):
        conv_bn_then(f"activation_{function.lower()}_alpha",
                     f"Activation(value = {function}, alpha = {alpha})", module)
    conv_bn_then("clip", "Clip(min = -0.7, max = 1.3)", Clip(-0.7, 1.3))
    conv_bn_then("clip_below", "Clip(min = -0.7)", Clip(-0.7, None))
    conv_bn_then("prelu_by_channel", "PRelu", nn.PReLU(6))
    conv_bn_then("prelu_single", "PRelu", nn.PReLU(1))


def pools():
    def conv_pool(name, shape, annotation, pool):
        # The convolution gives the pool values of both signs; it keeps the map's size.
        conv = (nn.Conv1d if len(shape) == 2 else nn.Conv2d)(shape[0], 3, 3, padding=1)
        case(name, shape, ("@Conv(padding = 1) Layer conv1;", conv),
             (f"@{annotation} Layer pool1;", pool))

    conv_pool("maxpool", (2, 6, 7), "MaxPool(kernel = 2)", nn.MaxPool2d(2))
    conv_pool("maxpool_by_axis", (2, 6, 7), "MaxPool(kernel = {2, 3}, stride = {1, 2})",
              nn.MaxPool2d((2, 3), (1, 2)))
    conv_pool("maxpool_padding", (2, 6, 6), "MaxPool(kernel = 3, stride = 2, padding = 1)",
              nn.MaxPool2d(3, 2, 1))
    conv_pool("maxpool_padding_by_side", (2, 6, 6),
              "MaxPool(kernel = 3, stride = 2, padding = {0, 1, 1, 0})",
              padded(nn.MaxPool2d(3, 2), 1, 0, 0, 1, value=-np.inf))
    conv_pool("maxpool_ceil", (2, 7, 5), "MaxPool(kernel = 2, ceilMode = true)",
              nn.MaxPool2d(2, ceil_mode=True))
    # Rounded up, a third window would start at row 5, in the padding below: PyTorch drops it.
    conv_pool("maxpool_ceil_drops_last", (2, 5, 6),
              "MaxPool(kernel = 3, padding = 1, ceilMode = true)",
              nn.MaxPool2d(3, padding=1, ceil_mode=True))
    conv_pool("maxpool_1d", (2, 9), "MaxPool(kernel = 3, stride = 2, padding = 1)",
              nn.MaxPool1d(3, 2, 1))
    conv_pool("avgpool_count_pad", (2, 6, 6), "AvgPool(kernel = 3, stride = 2, padding = 1)",
              nn.AvgPool2d(3, 2, 1))
    conv_pool("avgpool_skip_pad", (2, 6, 6),
              "AvgPool(kernel = 3, stride = 2, padding = 1, countIncludePad = false)",
              nn.AvgPool2d(3, 2, 1, count_include_pad=False))
    conv_pool("avgpool_padding_by_side", (2, 6, 6),
              "AvgPool(kernel = 3, stride = 2, padding = {0, 1, 1, 0})",
              padded(nn.AvgPool2d(3, 2), 1, 0, 0, 1))
    # The last window runs past the padding. What lies beyond never counts, even if padding does.
    conv_pool("avgpool_ceil_count_pad", (2, 6, 6),
              "AvgPool(kernel = 3, stride = 2, padding = 1, ceilMode = true)",
              nn.AvgPool2d(3, 2, 1, ceil_mode=True))
    conv_pool("avgpool_ceil_skip_pad", (2, 6, 6),
              "AvgPool(kernel = 3, stride = 2, padding = 1, ceilMode = true,"
              " countIncludePad = false)",
              nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False))
    conv_pool("avgpool_1d", (2, 9), "AvgPool(kernel = 2)", nn.AvgPool1d(2))
    for name, shape in (("2d", (2, 4, 5)), ("1d", (2, 7))):
        conv_pool(f"global_avgpool_{name}", shape, "GlobalAvgPool", GlobalPool(torch.mean))
        conv_pool(f"global_maxpool_{name}", shape, "GlobalMaxPool", GlobalPool(torch.amax))


def wholes():
    case("softmax_vector", (6,), ("@Linear Layer fc1;", nn.Linear(6, 5)),
         ("@Softmax Layer softmax1;", nn.Softmax(1)))
    case("softmax_map", (3, 4, 5), ("@Conv Layer conv1;", nn.Conv2d(3, 4, 1)),
         ("@Softmax Layer softmax1;", nn.Softmax(1)))
    case("add_three", (4, 5, 5),
         ("@Conv(padding = 1) Layer conv1;", nn.Conv2d(4, 4, 3, padding=1, bias=False)), bn(1, 4),
         ('@Conv(from = "input") Layer conv2;', nn.Conv2d(4, 4, 1, bias=False)), bn(2, 4),
         ('@Add({"bn1", "bn2", "input"}) Layer add1;', Add()), relu(1))
    case("conv_flatten_linear", (2, 4, 3),
         ("@Conv(padding = 1) Layer conv1;", nn.Conv2d(2, 3, 3, padding=1, bias=False)), bn(1, 3),
         relu(1), ("@Flatten Layer flatten1;", nn.Flatten()),
         ("@Linear Layer fc1;", nn.Linear(36, 4)))

    # The first convolution of ResNet-18 on a small crop: as training leaves it, and at its worst.
    case("resnet_stem", (3, 24, 24),
         ("@Conv(stride = 2, padding = 3) Layer conv1;",
          nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)),
         bn(1, 64), images=1, variances=(1e-2, 10), tame=True)
    case("resnet_stem_bias", (3, 24, 24),
         ("@Conv(stride = 2, padding = 3) Layer conv1;",
          nn.Conv2d(3, 64, 7, stride=2, padding=3)),
         ("@BatchNorm(eps = 1e-3) Layer bn1;", nn.BatchNorm2d(64, eps=1e-3)),
         images=1, variances=(1e-6, 10))


def transposed_convolutions():
    def deconv_bn(name, shape, arguments, deconv):
        flat = isinstance(deconv, nn.ConvTranspose1d)
        case(name, shape, (f"@ConvTranspose{arguments} Layer up1;", deconv),
             bn(1, deconv.out_channels, nn.BatchNorm1d if flat else nn.BatchNorm2d))

    case("convtranspose_bias_bn_relu", (3, 4, 5),
         ("@ConvTranspose(stride = 2, padding = 1, outputPadding = 1) Layer up1;",
          nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1)), bn(1, 4), relu(1))
    case("convtranspose_relu", (3, 4, 5),
         ("@ConvTranspose Layer up1;", nn.ConvTranspose2d(3, 4, 3)), relu(1))
    deconv_bn("convtranspose_no_bias", (3, 4, 5), "(stride = 2)",
              nn.ConvTranspose2d(3, 4, 2, stride=2, bias=False))
    deconv_bn("convtranspose_by_axis", (3, 4, 5),
              "(stride = {2, 3}, padding = {1, 0}, outputPadding = {1, 2})",
              nn.ConvTranspose2d(3, 4, (3, 4), (2, 3), (1, 0), (1, 2)))
    deconv_bn("convtranspose_padding_by_side", (3, 4, 5), "(stride = 2, padding = {1, 0, 2, 3})",
              cropped(nn.ConvTranspose2d(3, 4, 4, stride=2), 1, 0, 2, 3))
    deconv_bn("convtranspose_dilation", (3, 4, 5), "(padding = 1, dilation = 2, stride = 2)",
              nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, dilation=2))
    # Output padding may reach what no kernel reaches: the bias stands there alone.
    deconv_bn("convtranspose_dilation_output_padding", (3, 4, 5),
              "(dilation = 3, outputPadding = 2)",
              nn.ConvTranspose2d(3, 4, 3, dilation=3, output_padding=2))
    deconv_bn("convtranspose_kernel_below_stride", (3, 4, 5), "(stride = 3)",
              nn.ConvTranspose2d(3, 4, 2, stride=3))
    # Weights are [4, 3, 3, 3]: tiling a scale over the groups, or over dimension 0, is wrong here.
    deconv_bn("convtranspose_groups", (4, 3, 4), "(stride = 2, padding = 1, groups = 2)",
              nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, groups=2))
    deconv_bn("convtranspose_depthwise", (4, 3, 4), "(stride = 2, groups = 4)",
              nn.ConvTranspose2d(4, 4, 3, stride=2, groups=4, bias=False))
    deconv_bn("convtranspose_1x1_map", (5, 1, 1), "", nn.ConvTranspose2d(5, 4, 4))
    deconv_bn("convtranspose_1d", (3, 6), "(stride = 2, padding = 1, outputPadding = 1)",
              nn.ConvTranspose1d(3, 4, 3, stride=2, padding=1, output_padding=1))
    deconv_bn("convtranspose_1d_groups", (4, 5), "(stride = 3, dilation = 2, groups = 2)",
              nn.ConvTranspose1d(4, 6, 3, stride=3, dilation=2, groups=2))
    case("unet", (2, 6, 8),
         ("@Conv(padding = 1) Layer down1;", nn.Conv2d(2, 4, 3, padding=1, bias=False)), bn(1, 4),
         relu(1), ("@MaxPool(kernel = 2) Layer pool1;", nn.MaxPool2d(2)),
         ("@Conv(padding = 1) Layer down2;", nn.Conv2d(4, 8, 3, padding=1)), bn(2, 8), relu(2),
         ("@ConvTranspose(stride = 2) Layer up1;", nn.ConvTranspose2d(8, 4, 2, stride=2)),
         ('@Concat({"relu1", "up1"}) Layer concat1;', Lambda(lambda *x: torch.cat(x, 1))),
         ("@Conv(padding = 1) Layer conv1;", nn.Conv2d(8, 3, 3, padding=1)))


def joins():
    def conv(number, source, channels, kernel=3):
        return (f'@Conv(padding = {kernel // 2}, from = "{source}") Layer conv{number};',
                nn.Conv2d(4, channels, kernel, padding=kernel // 2))

    product = Lambda(lambda first, *more: first * product(*more) if more else first)
    concat = Lambda(lambda *values: torch.cat(values, 1))
    pool = ("@GlobalAvgPool Layer pool1;", GlobalPool(torch.mean))
    sigmoid = ("@Activation(SIGMOID) Layer gate;", nn.Sigmoid())
    case("squeeze_excite", (4, 5, 5), conv(1, "input", 4), bn(1, 4), relu(1), pool,
         ("@Conv Layer conv2;", nn.Conv2d(4, 2, 1)), relu(2),
         ("@Conv Layer conv3;", nn.Conv2d(2, 4, 1)), sigmoid,
         ('@Multiply({"relu1", "gate"}) Layer multiply1;', product))
    case("squeeze_excite_linear", (4, 5, 5), conv(1, "input", 4), bn(1, 4), pool,
         ("@Flatten Layer flatten1;", nn.Flatten()), ("@Linear Layer fc1;", nn.Linear(4, 4)),
         sigmoid,
         ("@Reshape({-1, 1, 1}) Layer factors;", Lambda(lambda x: x.reshape(-1, 4, 1, 1))),
         ('@Multiply({"factors", "bn1"}) Layer multiply1;', product), relu(1))
    case("multiply_three", (4, 4, 3), conv(1, "input", 4), conv(2, "input", 4),
         ('@Multiply({"conv1", "input", "conv2"}) Layer multiply1;', product), relu(1))
    case("multiply_bn", (4, 4, 3), conv(1, "input", 4), conv(2, "input", 4),
         ('@Multiply({"conv1", "conv2"}) Layer multiply1;', product), bn(1, 4))
    case("multiply_1d", (3, 7), ("@Conv(padding = 1) Layer conv1;", nn.Conv1d(3, 3, 3, padding=1)),
         ("@GlobalMaxPool Layer pool1;", GlobalPool(torch.amax)),
         ('@Multiply({"pool1", "conv1"}) Layer multiply1;', product))
    case("multiply_vectors", (5,), ("@Linear Layer fc1;", nn.Linear(5, 5)),
         ('@Multiply({"fc1", "input"}) Layer multiply1;', product))
    case("concat", (4, 4, 3), conv(1, "input", 3), conv(2, "input", 2),
         ('@Concat({"conv2", "input", "conv1"}) Layer concat1;', concat), bn(1, 9))
    case("concat_1d", (3, 7), ("@Conv(padding = 1) Layer conv1;", nn.Conv1d(3, 2, 3, padding=1)),
         ('@Concat({"conv1", "input"}) Layer concat1;', concat))
    case("concat_vectors", (5,), ("@Linear Layer fc1;", nn.Linear(5, 3)),
         ('@Concat({"fc1", "input", "fc1"}) Layer concat1;', concat),
         ("@Linear Layer fc2;", nn.Linear(11, 4)))


def pieces():
    def piece(name, shape, annotation, function):
        # The convolution before gives the values, the one behind sees whether they are in place.
        conv = nn.Conv1d if len(shape) == 2 else nn.Conv2d
        module = Lambda(function)
        channels = function(torch.zeros(1, *shape)).shape[1]
        case(name, shape, ("@Conv Layer conv1;", conv(shape[0], shape[0], 1)),
             (f"@{annotation} Layer piece1;", module),
             ("@Conv Layer conv2;", conv(channels, 3, 1)), relu(1))

    piece("slice_channels", (6, 3, 4), "Slice(start = 1, end = -2)", lambda x: x[:, 1:-2])
    piece("slice_channels_step", (7, 3, 4), "Slice(start = -6, step = 2)", lambda x: x[:, -6::2])
    piece("slice_beyond", (3, 3, 4), "Slice(start = -9, end = 9)", lambda x: x[:, -9:9])
    piece("slice_rows", (2, 5, 4), "Slice(axis = 1, start = 1, end = 4)", lambda x: x[:, :, 1:4])
    piece("slice_rows_step", (2, 6, 4), "Slice(axis = 1, step = 3)", lambda x: x[:, :, ::3])
    piece("slice_columns", (2, 4, 5), "Slice(axis = 2, end = -1)", lambda x: x[..., :-1])
    piece("slice_columns_step", (2, 4, 7), "Slice(axis = 2, start = 1, step = 2)",
          lambda x: x[..., 1::2])
    piece("slice_1d", (3, 8), "Slice(axis = 1, start = 2, step = 3)", lambda x: x[..., 2::3])
    piece("split", (6, 3, 4), "Split(parts = 3, index = 2)", lambda x: x.chunk(3, 1)[2])
    piece("channel_shuffle", (6, 3, 4), "ChannelShuffle(groups = 2)", nn.ChannelShuffle(2))
    piece("channel_shuffle_three", (6, 3, 4), "ChannelShuffle(groups = 3)", nn.ChannelShuffle(3))
    piece("reshape", (4, 3, 6), "Reshape({6, -1, 4})", lambda x: x.reshape(-1, 6, 3, 4))
    piece("pad", (2, 3, 4), "Pad(padding = 1)", nn.ZeroPad2d(1))
    piece("pad_by_side", (2, 3, 4), "Pad(padding = {1, 2, 0, 3}, value = -1.7)",
          nn.ConstantPad2d((2, 3, 1, 0), -1.7))
    piece("pad_channels", (2, 3, 4), "Pad(channels = {1, 2}, padding = {0, 1}, value = 0.3)",
          lambda x: F.pad(x, (1, 1, 0, 0, 1, 2), value=0.3))
    piece("pad_1d", (2, 5), "Pad(padding = {1, 3})", nn.ConstantPad1d((1, 3), 0))

    # Views of views, of a part, at both ends of the network.
    case("views", (4, 3, 2),
         ("@Reshape({-1, 4}) Layer turned;", Lambda(lambda x: x.reshape(-1, 6, 4))),
         ("@Conv(padding = 1) Layer conv1;", nn.Conv1d(6, 6, 3, padding=1)),
         bn(1, 6, nn.BatchNorm1d),
         ("@Slice(start = 2) Layer part;", Lambda(lambda x: x[:, 2:])),
         ("@Flatten Layer flat;", nn.Flatten()),
         ("@Reshape({2, 2, 4}) Layer map;", Lambda(lambda x: x.reshape(-1, 2, 2, 4))),
         ("@Reshape(16) Layer vector;", nn.Flatten()),
         ("@Linear Layer fc1;", nn.Linear(16, 12)),
         ("@Slice(start = 1, end = 11, step = 3) Layer some;", Lambda(lambda x: x[:, 1:11:3])),
         ("@Pad(channels = {0, 2}, value = 5) Layer more;", nn.ConstantPad1d((0, 2), 5)),
         ("@Reshape({3, 2}) Layer matrix;", Lambda(lambda x: x.reshape(-1, 3, 2))))
    case("shufflenet_unit", (8, 5, 4),
         ("@Conv Layer conv1;", nn.Conv2d(8, 8, 1)), relu(1),
         ("@Split Layer left;", Lambda(lambda x: x.chunk(2, 1)[0])),
         ('@Split(index = 1, from = "relu1") Layer right;', Lambda(lambda x: x.chunk(2, 1)[1])),
         ("@Conv(padding = 1) Layer conv2;", nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False)),
         bn(1, 4), ("@Conv Layer conv3;", nn.Conv2d(4, 4, 1, bias=False)), bn(2, 4), relu(2),
         ('@Concat({"left", "relu2"}) Layer concat1;', Lambda(lambda *x: torch.cat(x, 1))),
         ("@ChannelShuffle(groups = 2) Layer shuffle1;", nn.ChannelShuffle(2)))


def resampling():
    def upsample(name, shape, arguments, **torch_arguments):
        conv = nn.Conv1d if len(shape) == 2 else nn.Conv2d
        case(name, shape, ("@Conv Layer conv1;", conv(shape[0], 2, 1)),
             (f"@Upsample({arguments}) Layer up1;", nn.Upsample(**torch_arguments)))

    bilinear = "mode = Upsample.Mode.BILINEAR"
    upsample("upsample_nearest", (2, 3, 4), "scale = 2", scale_factor=2)
    upsample("upsample_nearest_by_axis", (2, 3, 4), "scale = {3, 1}", scale_factor=(3, 1))
    upsample("upsample_nearest_size", (2, 3, 4), "size = {7, 6}", size=(7, 6))
    upsample("upsample_nearest_smaller", (2, 7, 5), "size = {3, 2}", size=(3, 2))
    upsample("upsample_nearest_1d", (2, 3), "scale = 3", scale_factor=3)
    upsample("upsample_nearest_1d_size", (2, 5), "size = 12", size=12)
    upsample("upsample_bilinear", (2, 3, 4), f"scale = 2, {bilinear}",
             scale_factor=2, mode="bilinear")
    upsample("upsample_bilinear_by_axis", (2, 3, 4), f"scale = {{3, 2}}, {bilinear}",
             scale_factor=(3, 2), mode="bilinear")
    upsample("upsample_bilinear_size", (2, 3, 4), f"size = {{8, 3}}, {bilinear}",
             size=(8, 3), mode="bilinear")
    upsample("upsample_bilinear_aligned", (2, 3, 4), f"scale = 2, {bilinear}, alignCorners = true",
             scale_factor=2, mode="bilinear", align_corners=True)
    upsample("upsample_bilinear_aligned_size", (2, 4, 1),
             f"size = {{1, 5}}, {bilinear}, alignCorners = true",
             size=(1, 5), mode="bilinear", align_corners=True)
    upsample("upsample_linear", (2, 5), f"scale = 3, {bilinear}", scale_factor=3, mode="linear")
    upsample("upsample_linear_aligned", (2, 5), f"size = 7, {bilinear}, alignCorners = true",
             size=7, mode="linear", align_corners=True)


# ---- folds past other layers, and into what stands behind ------------------------------------------

def folds():
    def bn_conv(name, shape, arguments, conv, tame, **more):
        """A γ of 0 needs biases for the border; without one, a value to pad with will often do."""
        kind = nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d
        case(name, shape, bn(1, shape[0], kind), (f"@Conv{arguments} Layer conv1;", conv), relu(1),
             tame=tame, **more)

    for suffix, tame in (("pad_values", True), ("border_biases", False)):
        bn_conv(f"bn_conv_{suffix}", (6, 7, 6), "(padding = 1)", nn.Conv2d(6, 8, 3, padding=1), tame)
        bn_conv(f"bn_conv_stride_{suffix}", (6, 8, 7), "(stride = 2, padding = 2)",
                nn.Conv2d(6, 8, 5, stride=2, padding=2, bias=False), tame)
        bn_conv(f"bn_conv_groups_{suffix}", (12, 5, 6), "(padding = 1)",
                nn.Conv2d(12, 8, 3, padding=1, groups=2), tame)
        bn_conv(f"bn_conv_by_side_{suffix}", (6, 5, 7), "(padding = {1, 2, 0, 1})",
                padded(nn.Conv2d(6, 8, 3), 2, 1, 1, 0), tame)
        bn_conv(f"bn_conv_dilation_{suffix}", (6, 9, 8), "(same = true, dilation = 2)",
                padded(nn.Conv2d(6, 8, 3, dilation=2), 2, 2, 2, 2), tame)
        bn_conv(f"bn_conv1d_{suffix}", (8, 12), "(padding = 1)", nn.Conv1d(8, 6, 3, padding=1), tame)
        bn_conv(f"bn_depthwise_{suffix}", (6, 7, 7), "(padding = 1)",
                nn.Conv2d(6, 6, 3, padding=1, groups=6, bias=False), tame)
    bn_conv("bn_conv_groups_no_padding", (6, 5, 5), "", nn.Conv2d(6, 8, 3, groups=2), False)
    conv = "@Conv(padding = 1) Layer conv1;", nn.Conv2d(3, 4, 3, padding=1)
    case("bn_conv_bn", (3, 6, 6), bn(1, 3), conv, bn(2, 4), relu(1))
    case("normalize_conv_stride", (3, 12, 11),
         ("@Normalize(mean = {0.485, 0.456, 0.406}, std = {0.229, 0.224, 0.225}) Layer normalize1;",
          Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])),
         ("@Conv(stride = 2, padding = 3) Layer conv1;",
          nn.Conv2d(3, 8, 7, stride=2, padding=3, bias=False)), bn(1, 8), relu(1), tame=True)
    case("bn_read_by_two_convs", (3, 6, 6), bn(1, 3), conv,
         ('@Conv(from = "bn1") Layer conv2;', nn.Conv2d(3, 4, 1)),
         ('@Add({"conv1", "conv2"}) Layer add1;', Add()))
    case("bn_flatten_linear", (3, 4, 5), bn(1, 3), ("@Flatten Layer flatten1;", nn.Flatten()),
         ("@Linear Layer fc1;", nn.Linear(60, 4)))
    case("bn_linear", (6,), bn(1, 6, nn.BatchNorm1d), ("@Linear Layer fc1;", nn.Linear(6, 4)))

    def conv_pool_bn(name, annotation, pool, tame=False):
        case(name, (3, 7, 7), conv, (f"@{annotation} Layer pool1;", pool), bn(1, 4), relu(1), tame=tame)

    conv_pool_bn("conv_avgpool_bn", "AvgPool(kernel = 2)", nn.AvgPool2d(2))
    conv_pool_bn("conv_avgpool_skip_pad_bn",
                 "AvgPool(kernel = 3, stride = 2, padding = 1, countIncludePad = false)",
                 nn.AvgPool2d(3, 2, 1, count_include_pad=False))
    conv_pool_bn("conv_avgpool_count_pad_bn", "AvgPool(kernel = 3, stride = 2, padding = 1)",
                 nn.AvgPool2d(3, 2, 1))
    conv_pool_bn("conv_maxpool_bn", "MaxPool(kernel = 3, stride = 2, padding = 1)",
                 nn.MaxPool2d(3, 2, 1), tame=True)
    conv_pool_bn("conv_maxpool_bn_negative", "MaxPool(kernel = 3, stride = 2, padding = 1)",
                 nn.MaxPool2d(3, 2, 1))
    case("conv_global_avgpool_flatten_bn_linear", (3, 5, 6), conv,
         ("@GlobalAvgPool Layer pool1;", GlobalPool(torch.mean)),
         ("@Flatten Layer flatten1;", nn.Flatten()), bn(1, 4, nn.BatchNorm1d),
         ("@Linear Layer fc1;", nn.Linear(4, 3)))
    case("residual_add_bn", (4, 6, 6),
         ("@Conv(padding = 1) Layer conv1;", nn.Conv2d(4, 4, 3, padding=1, bias=False)), bn(1, 4),
         relu(1), ("@Conv(padding = 1) Layer conv2;", nn.Conv2d(4, 4, 3, padding=1)),
         ('@Conv(from = "input") Layer shortcut1;', nn.Conv2d(4, 4, 1, bias=False)),
         ('@Add({"conv2", "shortcut1"}) Layer add1;', Add()), bn(2, 4), relu(2))
    case("residual_input_add_bn", (4, 6, 6),
         ("@Conv(padding = 1) Layer conv1;", nn.Conv2d(4, 4, 3, padding=1, bias=False)),
         ('@Add({"conv1", "input"}) Layer add1;', Add()), bn(1, 4))


def further_folds():
    """Into and past layers that only move or join values, and two layers that are one."""
    def image(number, source="input", channels=4, **more):
        return (f'@Conv(padding = 1, from = "{source}") Layer conv{number};',
                nn.Conv2d(3, channels, 3, padding=1, **more))

    concat = ('@Concat({"conv1", "conv2"}) Layer concat1;', Lambda(lambda *x: torch.cat(x, 1)))
    case("convtranspose_groups_output_padding_bn", (4, 3, 4),
         ("@ConvTranspose(stride = 2, outputPadding = 1, groups = 2) Layer up1;",
          nn.ConvTranspose2d(4, 6, 3, stride=2, output_padding=1, groups=2)), bn(1, 6), relu(1))
    case("convtranspose_avgpool_bn_1d", (4, 5),
         ("@ConvTranspose(stride = 2, groups = 2) Layer up1;",
          nn.ConvTranspose1d(4, 6, 3, stride=2, groups=2, bias=False)),
         ("@AvgPool(kernel = 2) Layer pool1;", nn.AvgPool1d(2)), bn(1, 6, nn.BatchNorm1d), relu(1))
    case("scale_convtranspose", (4, 3, 4),
         ("@Normalize(mean = {0, 0, 0, 0}, std = {0.5, 2, 0.25, 3}) Layer scale1;",
          Normalize([0, 0, 0, 0], [0.5, 2, 0.25, 3])),
         ("@ConvTranspose(stride = 2, groups = 2) Layer up1;",
          nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2)))
    case("bn_convtranspose", (4, 3, 4), bn(1, 4),
         ("@ConvTranspose(stride = 2) Layer up1;", nn.ConvTranspose2d(4, 3, 3, stride=2)))
    case("bn_convtranspose_all_taps", (4, 5, 6), bn(1, 4),
         ("@ConvTranspose(padding = 2, groups = 2) Layer up1;",
          nn.ConvTranspose2d(4, 6, 3, padding=2, groups=2)))
    case("concat_bn", (3, 4, 5), image(1), image(2, channels=2, bias=False), concat, bn(1, 6),
         relu(1))
    case("concat_input_bn", (3, 4, 5), image(1),
         ('@Concat({"conv1", "input"}) Layer concat1;', concat[1]), bn(1, 7), relu(1))
    for mode, options in (("NEAREST", {}), ("BILINEAR", {"align_corners": False})):
        case(f"upsample_{mode.lower()}_bn", (3, 4, 5), image(1),
             (f"@Upsample(scale = 2, mode = Upsample.Mode.{mode}) Layer up1;",
              nn.Upsample(scale_factor=2, mode=mode.lower(), **options)), bn(1, 4), relu(1))
    case("channel_shuffle_bn", (3, 4, 5), image(1, channels=6),
         ("@ChannelShuffle(groups = 2) Layer shuffle1;", Lambda(
             lambda x: x.reshape(-1, 2, 3, 4, 5).transpose(1, 2).reshape(-1, 6, 4, 5))), bn(1, 6))
    case("slice_rows_bn", (3, 6, 5), image(1),
         ("@Slice(axis = 1, start = 1, step = 2) Layer slice1;", Lambda(lambda x: x[:, :, 1::2])),
         bn(1, 4))
    case("pad_conv_bn", (3, 5, 6),
         ("@Pad(padding = {0, 1, 2, 1}) Layer pad1;", Lambda(lambda x: F.pad(x, (1, 1, 0, 2)))),
         ("@Conv(stride = 2) Layer conv1;", nn.Conv2d(3, 4, 3, stride=2)), bn(1, 4))
    case("pad_value_conv", (3, 5, 6),
         ("@Pad(padding = 1, value = 0.5) Layer pad1;",
          Lambda(lambda x: F.pad(x, (1, 1, 1, 1), value=0.5))),
         ("@Conv Layer conv1;", nn.Conv2d(3, 4, 3)), relu(1))
    case("pad_value_conv_padding", (3, 5, 6),
         ("@Pad(padding = 1, value = 0.5) Layer pad1;",
          Lambda(lambda x: F.pad(x, (1, 1, 1, 1), value=0.5))), image(1, "pad1"), relu(1))
    case("linear_bn_linear", (9,), ("@Linear Layer fc1;", nn.Linear(9, 7)),
         bn(1, 7, nn.BatchNorm1d), ("@Linear Layer fc2;", nn.Linear(7, 4)), relu(1))
    case("conv_bn_conv1x1_bn", (3, 5, 6), image(1, channels=8), bn(1, 8),
         ("@Conv Layer conv2;", nn.Conv2d(8, 3, 1)), bn(2, 3), relu(1))
    case("detector_head", (3, 5, 6), image(1), bn(1, 4), relu(1),
         ('@Conv(from = "relu1") Layer box1;', nn.Conv2d(4, 4, 1)),
         ('@Conv(from = "relu1") Layer score1;', nn.Conv2d(4, 1, 1, bias=False)),
         ('@Conv(from = "relu1") Layer class1;', nn.Conv2d(4, 3, 1)), bn(2, 3),
         ('@Concat({"box1", "score1", "bn2"}) Layer concat1;', concat[1]))


def main():
    torch.set_num_threads(1)  # sums are always added up in the same order
    for pattern in ("*.fields", "*.safetensors"):
        for left_over in HERE.glob(pattern):
            left_over.unlink()
    convolutions()
    normalizations()
    activations()
    pools()
    wholes()
    transposed_convolutions()
    joins()
    pieces()
    resampling()
    folds()
    further_folds()
    print(f"{len(list(HERE.glob('*.fields')))} cases")


if __name__ == "__main__":
    main()
