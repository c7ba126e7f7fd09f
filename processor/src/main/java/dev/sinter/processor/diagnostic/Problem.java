package dev.sinter.processor.diagnostic;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every message that Sinter can say. Ids are stable: builds and searches may rely on them.
 *
 * <p>A message names its subject, says what was found, what was expected, and what to do.
 */
public enum Problem {
  // How a network is declared.
  NOT_A_CLASS(Severity.ERROR, "@Network stands on the %s '%s'; a network is declared by a class."),
  OUTSIDE_NETWORK(
      Severity.ERROR,
      "'%s' is a layer, but its class '%s' is no network: add @Network, or @Block, to the class"
          + " itself. Layers are not inherited."),
  UNRESOLVED(
      Severity.ERROR,
      "'%s' mentions types that do not exist, so it was not compiled. A network cannot mention the"
          + " class that is generated for it in its own fields or signatures."),
  NO_LAYERS(
      Severity.ERROR,
      "'%s' has no layers: declare them as fields of type Layer, as in '@Conv Layer conv1;'."),
  FIELD_TYPE(Severity.ERROR, "The type of '%s' is %s; a layer's field has the type Layer.%s"),
  BLOCK_TYPE(
      Severity.ERROR,
      "'%s' is annotated @Block, but its type %s is no class that is annotated @Block itself."),
  BLOCK_CYCLE(
      Severity.ERROR, "The block '%s' would contain itself: %s. A network has no recursion."),
  BLOCK_INPUTS(
      Severity.ERROR,
      "'%s' reads %d value%s; its block takes %d: \"input\" and %d @Input field%s."),
  NO_ANNOTATION(
      Severity.ERROR,
      "'%s' has no layer annotation, so nothing says what kind of layer it is: add %s."),
  SEVERAL_ANNOTATIONS(
      Severity.ERROR,
      "'%s' has the annotations %s; a field is one layer. Declare a field for each."),
  RESERVED_NAME(
      Severity.ERROR,
      "A layer cannot be called '%1$s': that is the name of the network's %1$s. Rename the"
          + " field."),
  NAME_CLASH(
      Severity.ERROR,
      "'%s' would be generated as %s, and so would '%s' (file systems may ignore the case of"
          + " letters). Rename one of them."),
  INPUT_MISSING(
      Severity.ERROR,
      "'%s' has no input: give the network's, as in @Network(input = {1, 28, 28}), or put an @Input"
          + " field before the layers that read it."),
  INPUT_SHAPE(
      Severity.ERROR,
      "The shape of '%s' is %s; it must be {C, H, W}, {C, L} or {C}, each at least 1 and no more"
          + " than 2,147,483,647 elements in all.%s"),
  PIXEL_INPUT(
      Severity.ERROR,
      "'%s' takes pixels, but %s; pixels are one input, {1, H, W} in grey or {3, H, W} in"
          + " colours."),
  PIXEL_SCALE(
      Severity.WARNING,
      "%s of 'pixels' is %s; bytes are divided by 255 before, so it must be on a scale where white"
          + " is 1. Did you mean %s, each divided by 255?%s"),

  // What a layer reads.
  UNKNOWN_LAYER(
      Severity.ERROR,
      "'%s' reads '%s', and no field before it has that name.%s A layer reads fields above it, or"
          + " \"input\", the %s's own."),
  TOO_FEW_INPUTS(
      Severity.ERROR, "'%s' %s %d value%s; name two or more, as in @%s({\"a\", \"b\"})."),
  OPERAND_SHAPES(
      Severity.ERROR,
      "'%s' %s. It reads %s. Check the strides, paddings and channels of the layers before it."),
  LAYER_SHAPE(Severity.ERROR, "'%s' %s."),
  BAD_VALUE(Severity.ERROR, "%s of '%s' is %s; it must be %s."),
  SCALE_OR_SIZE(Severity.ERROR, "'%s' has %s; give one: scale = 2, or size = {height, width}."),
  SAME_AND_PADDING(
      Severity.ERROR,
      "'%s' has both same = true and padding; same chooses the padding. Remove one."),

  // Weights.
  NO_WEIGHTS(
      Severity.ERROR,
      "'%s' needs weights, and nothing says where they are: write @Network(weights ="
          + " \"file.safetensors\"), or that of the layer as \"file.safetensors#prefix\"."),
  CONTAINER_NOT_FOUND(
      Severity.ERROR,
      "The weights '%s' were not found.%s Put them into one of the places that were tried, or name"
          + " their folder with -Asinter.weights=FOLDER.\nTried, in this order:%s"),
  CONTAINER_FORMAT(
      Severity.ERROR,
      "'%s' is no weight container that Sinter reads; it reads .safetensors, .npz, .onnx, .pt,"
          + " .pth, .h5, .hdf5, and folders of .npy files. Save the weights as one of these, as with"
          + " safetensors.torch.save_file in Python."),
  MALFORMED_FILE(Severity.ERROR, "%s cannot be read; at byte %d: %s"),
  MISSING_TENSOR(Severity.ERROR, "'%s' needs the tensor '%s', which %s does not have.%s"),
  AMBIGUOUS_CONVENTION(Severity.ERROR, "'%s' in %s is ambiguous: %s"),
  FLATTEN_ORDER(
      Severity.ERROR,
      "'%s' takes elements by their place in a flattened map, and KERAS, the network's convention,"
          + " flattens in another order, [H, W, C]: there they are others. Let it read the maps,"
          + " before @Flatten."),
  WEIGHT_SHAPE(Severity.ERROR, "'%s' in %s has shape %s; %s"),
  NOT_FINITE(Severity.ERROR, "'%s' in %s has the value %s at %s; every parameter must be finite."),
  VARIANCE(
      Severity.ERROR,
      "'%s' in %s is %s at channel %d, so %s (ε = %s) is not positive and has no root. Check that"
          + " this tensor holds the layer's variances, or give a larger eps."),
  OVERFLOW(
      Severity.ERROR,
      "'%s' would have a constant that does not fit a float: %s. Check its parameters, and the"
          + " statistics of a batch normalization: a tiny variance makes a huge scale."),
  NEGATIVE_VARIANCE(
      Severity.WARNING,
      "'%s' in %s is %s at channel %d: a variance cannot be negative. It is used as stored, since"
          + " σ² + ε is positive."),
  ZERO_VARIANCE(
      Severity.WARNING,
      "'%s' in %s is 0 at %s, so the scale there is %s. Did the channel ever vary in training?"),
  UNUSED_TENSORS(Severity.WARNING, "%s has %s that no layer uses: %s.%s"),
  UNUSED_LAYER(
      Severity.WARNING,
      "Nothing reads '%s', and it is no output, so it is left out. Add @Output if it is one."),
  UNUSED_INPUT(
      Severity.WARNING,
      "Nothing reads the input '%s'; it stays an input, of no influence. Remove it, or name it in"
          + " a layer that should read it."),

  // Labels.
  LABELS_NOT_FOUND(
      Severity.ERROR,
      "The labels '%s' were not found.%s Put them into one of the places that were tried, or name"
          + " their folder with -Asinter.weights=FOLDER.\nTried, in this order:%s"),
  LABEL_COUNT(
      Severity.ERROR,
      "'%s' has %d label%s, one a line; the output '%s' has the shape %s, so %d must be there."),
  BLANK_LABEL(
      Severity.ERROR,
      "Line %d of '%s' is blank; every element of the output needs a label, so write what stands"
          + " for it."),
  SAME_LABELS(
      Severity.WARNING, "'%s' has labels more than once, which only their indices tell apart: %s."),

  // A model that is imported.
  MODEL_NOT_FOUND(
      Severity.ERROR,
      "The model '%s' was not found.%s Put it into one of the places that were tried, or name its"
          + " folder with -Asinter.weights=FOLDER.\nTried, in this order:%s"),
  UNKNOWN_OPERATORS(
      Severity.ERROR,
      "%s has operators that Sinter does not know, each with its count: %s. Export the model"
          + " without them, or only its part before them; or tell us which you need."),
  MODEL_OPERATOR(Severity.ERROR, "%s '%s' in %s %s."),
  MODEL_INPUT(Severity.ERROR, "The input '%s' of %s has the shape %s; %s."),
  MODEL_LAYOUT(
      Severity.NOTE,
      "The %s '%s' of %s has its channels last, %s without the batch; here they are first, %s, as"
          + " in every network of Sinter."),
  MODEL_GRAPH(Severity.ERROR, "%s cannot be compiled: %s."),

  // Folding, and what comes of it.
  BATCH_NORM_STAYS(Severity.NOTE, "'%s'%s is not folded: %s"),
  CERTIFICATE(
      Severity.ERROR,
      "Fold %s of %s failed its check: the error is %.1e of Σ|w·x|, the bound %.1e. Nothing was"
          + " generated. This is a defect of Sinter: please report it with this message."),
  STORAGE_OVERFLOW(
      Severity.ERROR,
      "'%s' cannot be stored as %s: a weight of its output channel %d is %s, which %s do not hold."
          + " Keep the layer as it is: storage = Storage.FLOAT32."),
  QUANTIZATION_ERROR(
      Severity.ERROR,
      "The outputs of '%s' change by %.1e of the largest, because of how its weights are stored;"
          + " -Asinter.maxQuantizationError=%s allows less. The layers that lose the most: %s."
          + " storage = Storage.FLOAT32 keeps a layer as it is."),
  CALIBRATION(Severity.ERROR, "%s, given as -Asinter.calibration, %s."),
  TOO_LARGE(Severity.ERROR, "'%s' %s."),
  /** The one line for each network that always stands in the build's log. */
  SINTER(Severity.NOTE, "%s"),

  // The command line.
  NO_SUCH_FILE(Severity.ERROR, "There is no file '%s'.%s"),
  FILE_EXISTS(
      Severity.ERROR, "'%s' is there already, and nothing was written. --force writes over it."),
  NOT_DECLARABLE(
      Severity.ERROR,
      "%s has layers that no annotation declares, each with its count: %s. @Network(model ="
          + " \"%1$s\") compiles the model nevertheless."),

  // The build.
  UNKNOWN_OPTION(Severity.ERROR, "There is no option -A%s.%s The options are %s."),
  BAD_OPTION(Severity.ERROR, "-A%s is '%s'; it must be %s."),
  CANNOT_WRITE(
      Severity.ERROR,
      "%s, generated for '%s', could not be written: %s. If you wrote one of this name, rename it;"
          + " if it is left from an older build, delete it; else check that its folder can be"
          + " written."),
  OUT_OF_MEMORY(
      Severity.ERROR,
      "The compiler ran out of memory at '%s'. Give it more, as with -J-Xmx4g for javac or"
          + " MAVEN_OPTS=-Xmx4g for Maven."),
  INTERNAL(
      Severity.ERROR,
      "Sinter failed on '%s'. This is a defect of Sinter: please report it with this trace.%n%s");

  /** How much it matters. */
  public enum Severity {
    ERROR,
    WARNING,
    NOTE
  }

  private final Severity severity;
  private final String format;

  Problem(Severity severity, String format) {
    this.severity = severity;
    this.format = format;
  }

  public Severity severity() {
    return severity;
  }

  /** The text with places for its arguments, as {@link String#format} takes it. */
  String format() {
    return format;
  }

  /** The stable name: {@code WeightShape}. */
  public String id() {
    return Arrays.stream(name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  public Diagnostic at(Location location, @Nullable Object... arguments) {
    return new Diagnostic(this, String.format(Locale.ROOT, format, arguments), location);
  }

  public Rejection reject(Location location, @Nullable Object... arguments) {
    return new Rejection(at(location, arguments));
  }
}
