package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a neural network: the class's fields of type {@link Layer} are its layers, in source
 * order.
 *
 * <p>For a class {@code Digits} the processor generates {@code SinteredDigits}, as visible as the
 * class itself, whose {@code load()} gives a {@link Model}. For a nested class {@code Outer.Digits}
 * it is {@code SinteredOuter_Digits}. Nobody instantiates the declaring class.
 *
 * <p>Shapes are [C, H, W] for images, [C, L] for sequences and [C] for vectors, without the batch.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Network {
  /**
   * The shape of the input called {@code "input"}: {C, H, W}, {C, L} or {C}. May be left out only
   * where the class has {@link Input} fields, or where a {@link #model} says it.
   */
  int[] input() default {};

  /**
   * An ONNX model, {@code .onnx}, that is the beginning of the network, or all of it: layers,
   * wiring and weights come from the file, which is looked for as {@link #weights} are. Its batch
   * is 1. What other extents of its input the file leaves open, {@link #input} gives, in the file's
   * order. Inputs and outputs whose last axis a convolution, a pool, a batch normalization or a
   * linear layer of the model takes for their channels have these first here, with a note that says
   * so; all others are as in the file.
   *
   * <p>Fields, if there are any, follow it: the first reads the model's output, which {@code from =
   * "model"} names; of several, {@code "model.name"} is one. Outputs that no field reads remain the
   * network's own.
   */
  String model() default "";

  /**
   * The file with the trained tensors: {@code .safetensors}, {@code .npz}, {@code .onnx} (its
   * initializers), {@code .pt} and {@code .pth} (what {@code torch.save} writes), {@code .h5} and
   * {@code .hdf5} (what Keras saves), or a folder of {@code .npy} files. A relative name is looked
   * for beside the package first, then at the root, in the folders of {@code -Asinter.weights}, the
   * class output, the source path and the class path.
   */
  String weights() default "";

  /**
   * Written: the network, which has one input, takes the bytes of images too, as {@link Pixels}
   * says.
   */
  Pixels pixels() default @Pixels;

  /**
   * A text file with a label for each element of the last output, in UTF-8, one a line; blank lines
   * at its end do not count. It is looked for as {@link #weights} are. {@link Model#classify} then
   * tells the best label.
   */
  String labels() default "";

  /**
   * The framework that wrote the weights: it decides how tensors are called and laid out, and a
   * batch normalization's ε.
   *
   * <p>Only the weights are meant. Layers keep PyTorch's meaning and defaults, and values are [C,
   * H, W] at the network's inputs and outputs, whoever trained it. So write down what a framework
   * does differently, as {@code alpha = 0.1} for Darknet's leaky activation, 0.3 for Keras's.
   */
  Convention convention() default Convention.PYTORCH;

  /** Where the constants go. */
  Bake bake() default Bake.AUTO;

  /**
   * How the weights of its convolutions and linear layers are kept: in fewer bits the compiled
   * network is smaller, and less exact. A layer may say otherwise.
   */
  Storage storage() default Storage.FLOAT32;

  /** Where the constants of a compiled network are kept. */
  enum Bake {
    /** In the classes up to 1 MiB of constants, in a resource above. */
    AUTO,
    /** In the generated classes, as string constants. */
    CLASS,
    /** In one resource beside the generated classes, checked when it is loaded. */
    RESOURCE
  }

  /**
   * How a framework writes weights. Below, {@code p} is the prefix: the field's name, or what the
   * annotation says.
   *
   * <p>{@link #PYTORCH} wants each name exactly. The others mix separators, so that there {@code
   * .}, {@code /} and {@code _} are one and the same: with the prefix {@code block1.conv1}, also
   * {@code block1_conv1/kernel} is found.
   */
  enum Convention {
    /**
     * PyTorch's {@code state_dict}: {@code p.weight}, {@code p.bias}, {@code p.running_mean},
     * {@code p.running_var}; ε is 1e-5.
     */
    PYTORCH,

    /**
     * Keras with the TensorFlow backend, channels last. {@code p/kernel}, [h, w, in, out], [k, in,
     * out] or [in, out]; {@code p/depthwise_kernel}, [h, w, channel, multiplier]; {@code p/bias};
     * for a batch normalization {@code p/gamma}, {@code p/beta}, {@code p/moving_mean}, {@code
     * p/moving_variance}, and ε is 1e-3; for {@code @PRelu}, {@code p/alpha}. The suffix {@code
     * :0}, the prefix {@code model_weights/}, and the layer's name twice, as HDF5 files have them,
     * may be there or not, and between the two the name of a sequential model.
     *
     * <p>Keras flattens [H, W, C]. Where such a vector is read, the weights are put into the order
     * of [C, H, W]. A layer that takes elements by their place, such as {@code @Reshape}, is an
     * error where these would be others.
     *
     * <p>Keras 3 calls a depthwise kernel {@code kernel} too, and nothing then tells it from an
     * ordinary one: rename it {@code depthwise_kernel} as you export it. Separable convolutions are
     * not read: export their two kernels as two layers.
     *
     * <p>Source: {@code keras.layers}, Conv2D, DepthwiseConv2D, Dense, BatchNormalization, Flatten.
     */
    KERAS,

    /**
     * Caffe's blobs by number. {@code p.0} is the weight and {@code p.1} the bias. Of a batch
     * normalization, {@code p.0} is the mean and {@code p.1} the variance, both multiplied by
     * {@code p.2}, the scale factor; γ and β are blobs 0 and 1 of the Scale layer that {@link
     * BatchNorm#scale} names, else 1 and 0. ε is 1e-5.
     *
     * <p>Source: BVLC/caffe, {@code batch_norm_layer.cpp} and {@code caffe.proto}.
     */
    CAFFE,

    /**
     * Apache MXNet. {@code p_weight}, {@code p_bias}; of a batch normalization {@code p_gamma},
     * {@code p_beta}, {@code p_moving_mean}, {@code p_moving_var}, or Gluon's {@code
     * p_running_mean}, {@code p_running_var}; for {@code @PRelu}, {@code p_gamma} or Gluon's {@code
     * p_alpha}. The prefixes {@code arg:} and {@code aux:} may be there or not. ε is 1e-3 with
     * {@code moving_var}, so with the symbol API, and Gluon's 1e-5 with {@code running_var}.
     *
     * <p>The symbol API's {@code fix_gamma}, on by default, makes γ 1 whatever is stored. Where a
     * stored γ differs from 1, {@link BatchNorm#fixGamma} must be written.
     *
     * <p>Source: the documentation of {@code mx.sym.BatchNorm} and {@code gluon.nn.BatchNorm}.
     */
    MXNET,

    /**
     * Darknet. {@code p.weights}; {@code p.biases}; of a batch normalization, which is a part of
     * the convolution there and so has its prefix, {@code p.scales}, {@code p.biases}, {@code
     * p.rolling_mean}, {@code p.rolling_variance}. A convolution with such statistics has no bias
     * of its own. ε is 1e-6 and stands outside of the root: (x − μ)/(√σ² + ε).
     *
     * <p>Source: pjreddie/darknet, {@code convolutional_layer.c} and {@code normalize_cpu} in
     * {@code blas.c}. AlexeyAB's fork divides by √(σ² + 1e-5) instead: rename its tensors to
     * PyTorch's.
     */
    DARKNET
  }
}
