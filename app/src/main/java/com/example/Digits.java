package com.example;

import static dev.sinter.Activation.Function.RELU;
import dev.sinter.*;

@Network(input = {1, 28, 28}, weights = "digits.safetensors")
final class Digits {
  @Conv(padding = 1)      Layer conv1;
  @BatchNorm              Layer bn1;
  @Activation(RELU)       Layer relu1;
  @MaxPool(kernel = 2)    Layer pool1;
  @Flatten                Layer features;
  @Linear                 Layer fc;
  @Softmax                Layer probabilities;
}
