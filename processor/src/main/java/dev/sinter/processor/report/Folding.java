package dev.sinter.processor.report;

import dev.sinter.processor.fold.Fold;
import dev.sinter.processor.fold.Folder;
import dev.sinter.processor.fold.Rewrite;
import dev.sinter.processor.fold.Standing;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.quantize.Quantization;
import dev.sinter.processor.verify.Certificate;
import dev.sinter.processor.verify.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What folding did to a network, with its proofs, and what storing its weights did then.
 *
 * @param unfolded the graph as declared
 * @param folded the graph that is compiled
 * @param folds each rewrite in order
 * @param standing the batch normalizations that stayed, with the reasons
 * @param quantization what is lost by storing weights in fewer bits, if any are
 */
public record Folding(
    Graph unfolded,
    Graph folded,
    List<Certified> folds,
    List<Standing> standing,
    Optional<Quantization> quantization) {

  /** A network whose weights stay floats. */
  public Folding(Graph unfolded, Graph folded, List<Certified> folds, List<Standing> standing) {
    this(unfolded, folded, folds, standing, Optional.empty());
  }

  /** A rewrite and its certificate. */
  public record Certified(Rewrite rewrite, Certificate certificate) {}

  /**
   * Folds a network, and certifies each fold.
   *
   * @param folds in the order in which they are tried
   * @param watcher is told each as it is certified
   */
  public static Folding of(Graph graph, List<Fold> folds, Consumer<Certified> watcher) {
    List<Certified> done = new ArrayList<>();
    Graph folded =
        new Folder(folds)
            .fold(
                graph,
                rewrite -> {
                  Certified certified = new Certified(rewrite, proof(rewrite));
                  done.add(certified);
                  watcher.accept(certified);
                });
    return new Folding(graph, folded, done, Standing.in(graph, folded));
  }

  private static Certificate proof(Rewrite rewrite) {
    return Verifier.certify(
        rewrite.before(),
        rewrite.replaced(),
        rewrite.after(),
        rewrite.result(),
        rewrite.boundary());
  }

  /** A network that was left as declared. */
  public static Folding none(Graph graph) {
    return new Folding(graph, graph, List.of(), List.of());
  }

  /** The same with weights as they are stored. */
  public Folding with(Graph stored, Optional<Quantization> losses) {
    return new Folding(unfolded, stored, folds, standing, losses);
  }

  /** What answers are held against: the network as declared, or with its weights as stored. */
  public Graph reference() {
    return quantization.isPresent() ? folded : unfolded;
  }

  /** The batch normalizations that were declared. */
  public long norms() {
    return unfolded.nodes().stream().filter(node -> node.op() instanceof Op.BatchNorm).count();
  }

  /** Those that are layers of their own in what is compiled. */
  public long standingNorms() {
    return folds.isEmpty() ? norms() : standing.size();
  }

  /** The largest error of all folds, as baked, relative to Σ|w·x|. */
  public double worst() {
    return folds.stream().mapToDouble(f -> f.certificate().shipped()).max().orElse(0);
  }

  /** {@code "5 of 6 BatchNorm folded, max error 3.1e-08"}. */
  public String summary() {
    long norms = norms();
    if (folds.isEmpty()) {
      return norms == 0 ? "no BatchNorm" : "not folded (" + norms + " BatchNorm)";
    }
    return String.format(
        Locale.ROOT,
        "%d of %d BatchNorm folded, max error %.1e",
        norms - standing.size(),
        norms,
        worst());
  }

  /** What was done to make one value: a line a fold, and one on how its weights are stored. */
  public List<String> about(Node node) {
    List<String> lines = new ArrayList<>(foldsOf(node));
    layer(node).map(Losses::sentence).ifPresent(lines::add);
    return lines;
  }

  /** What storing the weights of an operator loses, if they are not floats. */
  Optional<Quantization.Layer> layer(Node node) {
    return quantization.flatMap(losses -> losses.layer(node.name()));
  }

  /** What was folded to make one value, a line a fold. */
  List<String> foldsOf(Node node) {
    List<String> lines = new ArrayList<>();
    for (Certified fold : folds) {
      if (node.fields().containsAll(fold.rewrite().fields())) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%s (%s): max error %.1e of Σ|w·x| as baked, %.1e in double%s",
                String.join(" + ", fold.rewrite().fields()),
                fold.rewrite().fold(),
                fold.certificate().shipped(),
                fold.certificate().exact(),
                saved(fold.rewrite())));
      }
    }
    standing.stream()
        .filter(stays -> node.fields().contains(stays.field()))
        .forEach(stays -> lines.add(stays.field() + " is not folded: " + stays.reason()));
    return lines;
  }

  private static String saved(Rewrite rewrite) {
    long macs = rewrite.before().macs() - rewrite.after().macs();
    return macs > 0 ? String.format(Locale.ROOT, "; saves %,d MACs", macs) : "";
  }
}
