package dev.sinter.processor.emit;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import javax.lang.model.element.Modifier;

/** The class that compares a compiled network with what it was compiled from. */
public final class SelfTestSource {
  private SelfTestSource() {}

  /**
   * One run.
   *
   * @param seed where its inputs come from
   * @param outputs what is expected of each
   */
  public record Run(int seed, List<Expected> outputs) {}

  /** The elements of an output that are compared, and how far off they may be. */
  public record Expected(double tolerance, Tensor elements) {}

  /** Adds the members. */
  static void addTo(TypeSpec.Builder type, NetworkEmitter.Names names, List<Run> runs) {
    type.addJavadoc(
        "Tells whether {@code $L} answers as the declared network does\n", names.type());
    type.addJavadoc("in double precision: with the kernels that it begins with, and with\n");
    type.addJavadoc("those that take over.\n");
    Modifier[] modifiers =
        names.isPublic()
            ? new Modifier[] {Modifier.PUBLIC, Modifier.STATIC}
            : new Modifier[] {Modifier.STATIC};
    type.addMethod(
        MethodSpec.methodBuilder("main")
            .addJavadoc("Runs it as a program.\n\n@param arguments none\n")
            .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
            .addParameter(String[].class, "arguments")
            .addStatement("run()")
            .addStatement(
                "$T.out.println($S)", System.class, names.type() + " answers as declared.")
            .build());
    MethodSpec.Builder run =
        MethodSpec.methodBuilder("run")
            .addJavadoc(
                "Runs it.\n\n@throws AssertionError if an answer differs by more than kernels may\n")
            .addModifiers(modifiers)
            .addStatement("$T model = $L.load()", RuntimeTypes.MODEL, names.type());
    runs.forEach(each -> run.addStatement("seed$L(model)", each.seed()));
    run.addStatement("model.warmUp()");
    runs.forEach(each -> run.addStatement("seed$L(model)", each.seed()));
    type.addMethod(run.build());
    runs.forEach(each -> type.addMethod(method(each)));
  }

  private static MethodSpec method(Run run) {
    MethodSpec.Builder method =
        MethodSpec.methodBuilder("seed" + run.seed())
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
            .addParameter(RuntimeTypes.MODEL, "model")
            .addStatement(
                "$T test = new $T(model, $L)",
                RuntimeTypes.SELF_TEST,
                RuntimeTypes.SELF_TEST,
                run.seed());
    for (Expected expected : run.outputs()) {
      method.addStatement(
          "test.expect($L, $L)",
          Literals.number(expected.tolerance()),
          Literals.floats(Numbers.of(expected.elements())));
    }
    return method.build();
  }
}
