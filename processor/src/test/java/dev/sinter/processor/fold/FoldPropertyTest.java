package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.RandomGraphs;
import dev.sinter.processor.verify.Certificate;
import dev.sinter.processor.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Folding keeps the function of graphs that are other ones each time. A graph is made of lists of
 * numbers, one for each of its steps, so that jqwik can shrink one that is folded wrongly: it
 * leaves out steps and makes numbers smaller while the fold stays wrong.
 *
 * <p>What it prints then as the shrunk sample is a line for {@code src/test/kept/graphs.txt}, all
 * of which are folded each time.
 */
final class FoldPropertyTest {
  private static final Path KEPT = Path.of("src/test/kept/graphs.txt");

  /** More than any choice has possibilities, and a multiple of most numbers of them. */
  private static final int LARGEST = 5039;

  /** Inputs, then steps. Most steps make one operator; a pattern draws some twenty numbers. */
  @Provide
  Arbitrary<List<List<Integer>>> graphs() {
    return Arbitraries.integers()
        .between(0, LARGEST)
        .withDistribution(RandomDistribution.uniform())
        .list()
        .ofMaxSize(24)
        .withSizeDistribution(RandomDistribution.uniform())
        .list()
        .ofMaxSize(25)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void foldedGraphIsTheSameFunction(@ForAll("graphs") List<List<Integer>> numbers) {
    assertFolds(numbers);
  }

  @Example
  void keptGraphsAreTheSameFunctions() throws IOException {
    List<String> kept =
        Files.readAllLines(KEPT).stream().filter(line -> !line.startsWith("#")).toList();
    assertThat(kept).isNotEmpty();
    for (String line : kept) {
      List<List<Integer>> numbers = parsed(line);
      assertThat(numbers.toString()).isEqualTo(line);
      assertFolds(numbers);
    }
  }

  private static void assertFolds(List<List<Integer>> numbers) {
    Graph graph = RandomGraphs.of(numbers);
    Folded folded = Folded.of(graph);
    folded.assertSameFunctionAs(graph);
    for (Rewrite rewrite : folded.rewrites()) {
      Certificate certificate =
          Verifier.certify(
              rewrite.before(),
              rewrite.replaced(),
              rewrite.after(),
              rewrite.result(),
              rewrite.boundary());
      assertWithMessage("%s of %s: %s", rewrite.fold(), rewrite.fields(), certificate)
          .that(certificate.holds())
          .isTrue();
    }
    assertThat(Folded.of(folded.graph()).folds()).isEmpty();
  }

  /** As lists are printed. */
  private static List<List<Integer>> parsed(String line) {
    List<List<Integer>> lists = new ArrayList<>();
    for (String list : line.substring(1).split("\\[", -1)) {
      String numbers = list.replaceAll("[^0-9,]|,\\s*$", "");
      lists.add(
          numbers.isEmpty()
              ? List.of()
              : List.of(numbers.split(",")).stream().map(Integer::valueOf).toList());
    }
    return lists.subList(1, lists.size());
  }

  // ---- that it finds what is wrong, and says it in few words ----

  @Property(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL, seed = "1")
  @AddLifecycleHook(ShrinksToFew.class)
  void biasThatIsNotScaledIsFound(@ForAll("graphs") List<List<Integer>> numbers) {
    foldWith(new BiasNotScaled(), numbers);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL, seed = "1")
  @AddLifecycleHook(ShrinksToFew.class)
  void reluBehindTheNormIsFound(@ForAll("graphs") List<List<Integer>> numbers) {
    foldWith(new ShiftPastActivation(), numbers);
  }

  private static void foldWith(Fold wrong, List<List<Integer>> numbers) {
    Graph graph = RandomGraphs.of(numbers);
    Folded.of(graph, List.of(wrong)).assertSameFunctionAs(graph);
  }

  /** As some listings have it: b' = b + t, not s·b + t. */
  private static final class BiasNotScaled implements Fold {
    @Override
    public String name() {
      return "bias not scaled";
    }

    @Override
    public Optional<Rewrite> at(Graph graph, Node node) {
      if (!(node.op() instanceof Op.ChannelAffine affine)
          || !(graph.producer(node).op() instanceof Op.Conv conv)
          || !conv.activation().isNone()
          || !graph.hasOneUse(graph.producer(node))) {
        return Optional.empty();
      }
      Op.Affine shift = Op.Affine.plus(affine.shift());
      Op merged =
          new Op.Conv(
              conv.window(),
              conv.groups(),
              conv.weight().scaledRows(affine.scale()),
              ConvAffine.bias(conv.bias(), shift.scale(), shift.shift()),
              conv.padValue(),
              affine.then());
      return Optional.of(Rewrite.intoProducer(this, graph, node, merged));
    }
  }

  /** As if f(x) and s·x + t commuted. */
  private static final class ShiftPastActivation implements Fold {
    @Override
    public String name() {
      return "shift past an activation";
    }

    @Override
    public Optional<Rewrite> at(Graph graph, Node node) {
      return node.op() instanceof Op.ChannelAffine affine
              && graph.producer(node).op() instanceof Op.Activate
              && graph.hasOneUse(graph.producer(node))
          ? Optional.of(Rewrite.beforeProducer(this, graph, node, affine.asAffine()))
          : Optional.empty();
    }
  }

  /**
   * Turns failure into success, if few operators are left of the graph that failed: two, and those
   * that come with them if they are a pattern.
   */
  static final class ShrinksToFew implements AroundPropertyHook {
    @Override
    @SuppressWarnings("unchecked")
    public PropertyExecutionResult aroundProperty(
        PropertyLifecycleContext context, PropertyExecutor property) {
      PropertyExecutionResult result = property.execute();
      assertThat(result.status()).isEqualTo(PropertyExecutionResult.Status.FAILED);
      Object shrunk = result.falsifiedParameters().orElseThrow().get(0);
      Graph graph = RandomGraphs.of((List<List<Integer>>) shrunk);
      List<String> operators = Folded.of(graph, List.of()).operators();
      assertWithMessage("%s of %s", operators, shrunk).that(operators.size()).isAtMost(4);
      return result.mapToSuccessful();
    }
  }
}
