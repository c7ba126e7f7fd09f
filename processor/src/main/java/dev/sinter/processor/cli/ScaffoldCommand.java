package dev.sinter.processor.cli;

import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.report.Summary;
import dev.sinter.processor.scaffold.Scaffold;
import dev.sinter.processor.weights.SafetensorsFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sinter scaffold MODEL.onnx}. */
@Command(
    name = "scaffold",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Writes the class that declares a model, ready to be edited, and its weights.",
      "",
      "The class compiles to what @Network(model = …) makes of the model, bit for bit. Its fields"
          + " are named after the model's weights and nodes. With --output both files go to that"
          + " folder; else the class goes to the standard output, and the weights to the current"
          + " folder. --weights takes the weights elsewhere, as to the folder that"
          + " -Asinter.weights names.",
      ""
    },
    sortOptions = false,
    exitCodeListHeading = Main.EXIT_CODES,
    exitCodeList = {Main.OK, Main.FAILED, Main.USAGE},
    footer = {
      "",
      "Example: sinter scaffold resnet18.onnx --name ResNet18 --package com.example \\",
      "             --output src/main/java/com/example --weights src/main/weights"
    })
final class ScaffoldCommand implements Callable<Integer> {
  private final PrintWriter out;
  private final Messages messages;

  @Mixin private Model model = new Model();

  @Option(
      names = "--name",
      paramLabel = "CLASS",
      description =
          "The name of the class; that of the weights' file in lower case. Default: the"
              + " model's.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--package", paramLabel = "PACKAGE", description = "Its package. Default: none.")
  private String packageName = "";

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where both files go; made if it is not there.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--weights",
      paramLabel = "FOLDER",
      description = "Where the weights go instead; made if it is not there.")
  private Optional<Path> weightsFolder = Optional.empty();

  @Option(names = "--force", description = "Write over files that are there already.")
  private boolean force;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  ScaffoldCommand(PrintWriter out, Messages messages) {
    this.out = out;
    this.messages = messages;
  }

  @Override
  public Integer call() throws Rejection {
    requireNames();
    String className = name.orElseGet(() -> className(model.name()));
    String weights = className.toLowerCase(Locale.ROOT) + ".safetensors";
    Path source = folder.orElse(Path.of("")).resolve(className + ".java");
    Path tensors = weightsFolder.or(() -> folder).orElse(Path.of("")).resolve(weights);
    requireFree(tensors);
    if (folder.isPresent()) {
      requireFree(source);
    }
    Optional<Model.Read> read = model.read(messages);
    if (read.isEmpty()) {
      return 1;
    }
    String file = read.get().name();
    Scaffold scaffold =
        Scaffold.of(
            read.get().graph(),
            read.get().origins(),
            new Scaffold.Target(file, packageName, className, weights));
    messages.progress("writing " + tensors);
    write(tensors, file, into -> SafetensorsFile.write(scaffold.tensors(), into));
    messages.erase();
    if (folder.isPresent()) {
      byte[] text = scaffold.source().getBytes(StandardCharsets.US_ASCII);
      write(source, file, into -> into.write(text));
    } else {
      out.print(scaffold.source());
    }
    String both = folder.isPresent() ? source + " and " + tensors : tensors.toString();
    messages.say("Wrote " + both + ": " + size(scaffold.tensors()) + ".");
    return 0;
  }

  private void requireNames() {
    for (String part : packageName.isEmpty() ? new String[0] : packageName.split("\\.", -1)) {
      if (!Scaffold.isIdentifier(part)) {
        throw wrong("--package", packageName, "the name of a package, as in com.example");
      }
    }
    if (name.isPresent() && !Scaffold.isTypeName(name.get())) {
      throw wrong("--name", name.get(), "the name of a class, as in ResNet18");
    }
    if (name.isPresent() && Scaffold.isReserved(name.get())) {
      throw wrong("--name", name.get(), "a name that no annotation and no class of java.lang has");
    }
  }

  private CommandLine.ParameterException wrong(String option, String value, String expected) {
    return new CommandLine.ParameterException(
        spec.commandLine(), option + " is '" + value + "'; it must be " + expected);
  }

  /** {@code "ResNet18"} of {@code "resNet-18.onnx"}. */
  private static String className(String file) {
    StringBuilder name = new StringBuilder();
    for (String word : file.replaceFirst("(?i)\\.onnx$", "").split("[^A-Za-z0-9]+", -1)) {
      if (!word.isEmpty()) {
        name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
      }
    }
    String plain = name.toString();
    return Scaffold.isTypeName(plain) && !Scaffold.isReserved(plain) ? plain : "Net" + plain;
  }

  private void requireFree(Path file) throws Rejection {
    if (!force && Files.exists(file)) {
      throw Problem.FILE_EXISTS.reject(Location.NOWHERE, file);
    }
  }

  /** Writes a file's content. */
  private interface Content {
    void to(OutputStream out) throws IOException;
  }

  /** Writes beside the file first, so that nobody finds half of it. */
  private static void write(Path file, String model, Content content) throws Rejection {
    Path whole = file.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    try {
      Files.createDirectories(whole.getParent());
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        content.to(out);
      }
      Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw Problem.CANNOT_WRITE.reject(Location.NOWHERE, file, model, Located.reason(failed));
    }
  }

  private static String size(Map<String, Tensor> tensors) {
    long parameters = tensors.values().stream().mapToLong(Tensor::size).sum();
    return tensors.size()
        + " tensors, "
        + Table.count(parameters)
        + " parameters, "
        + Summary.bytes(Float.BYTES * parameters);
  }
}
