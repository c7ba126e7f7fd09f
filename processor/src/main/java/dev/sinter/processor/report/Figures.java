package dev.sinter.processor.report;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.sinter.processor.fold.Standing;
import dev.sinter.processor.ir.Description;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.plan.Step;
import dev.sinter.processor.quantize.Quantization;
import dev.sinter.processor.quantize.Ratio;
import java.util.List;

/** The report for programs, as {@code report.schema.json} describes it. */
final class Figures {
  /** Grows when a property changes its meaning or goes; new ones may come without. */
  static final int VERSION = 1;

  private final Report report;

  Figures(Report report) {
    this.report = report;
  }

  @Override
  public String toString() {
    Folding folding = report.folding();
    JsonObject json = new JsonObject();
    json.addProperty("version", VERSION);
    json.addProperty("network", report.network());
    JsonObject norms = new JsonObject();
    norms.addProperty("declared", folding.norms());
    norms.addProperty("standing", folding.standingNorms());
    json.add("batchNorms", norms);
    json.addProperty("maxError", folding.worst());
    json.add("declared", size(folding.unfolded()));
    json.add("compiled", size(folding.folded()));
    json.addProperty("resourceBytes", report.resourceBytes());
    JsonObject memory = new JsonObject();
    memory.addProperty("floats", report.plan().arena());
    memory.addProperty("lowerBound", report.plan().lowerBound());
    json.add("memory", memory);
    json.add("folds", folds());
    json.add("standing", standing());
    json.add("layers", layers());
    folding.quantization().ifPresent(losses -> json.add("quantization", quantization(losses)));
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json) + "\n";
  }

  private static JsonObject size(Graph graph) {
    JsonObject size = new JsonObject();
    size.addProperty("operators", graph.nodes().size());
    size.addProperty("parameters", graph.parameters());
    size.addProperty("bytes", graph.bytes());
    size.addProperty("macs", graph.macs());
    return size;
  }

  private JsonArray folds() {
    JsonArray folds = new JsonArray();
    for (Folding.Certified fold : report.folding().folds()) {
      JsonObject json = new JsonObject();
      json.addProperty("fold", fold.rewrite().fold());
      json.add("layers", strings(fold.rewrite().fields()));
      json.addProperty("error", fold.certificate().shipped());
      json.addProperty("errorBound", fold.certificate().shippedBound());
      json.addProperty("errorInDouble", fold.certificate().exact());
      json.addProperty("errorInDoubleBound", fold.certificate().exactBound());
      json.addProperty("values", fold.certificate().values());
      json.addProperty("worstInput", fold.certificate().worst());
      json.addProperty("macsSaved", fold.rewrite().before().macs() - fold.rewrite().after().macs());
      folds.add(json);
    }
    return folds;
  }

  private JsonArray standing() {
    JsonArray standing = new JsonArray();
    for (Standing stays : report.folding().standing()) {
      JsonObject json = new JsonObject();
      json.addProperty("layer", stays.field());
      json.addProperty("reason", stays.reason());
      json.addProperty("remedy", stays.remedy());
      standing.add(json);
    }
    return standing;
  }

  private JsonArray layers() {
    JsonArray layers = new JsonArray();
    Graph graph = report.folding().folded();
    for (Node node : graph.nodes()) {
      JsonObject json = new JsonObject();
      json.addProperty("name", node.name());
      json.add("layers", strings(node.fields()));
      json.addProperty(
          "operator", report.step(node).map(Step::description).orElse(Description.of(node.op())));
      json.add("reads", strings(node.inputs().stream().map(id -> graph.node(id).name()).toList()));
      json.add("shape", numbers(node.shape().extents()));
      json.addProperty("macs", node.op().macs(node.shape()));
      json.addProperty("parameters", node.op().parameters());
      json.addProperty("bytes", node.op().bytes());
      JsonObject tensors = new JsonObject();
      Constants.of(node.op()).forEach((name, tensor) -> tensors.add(name, tensor(tensor)));
      json.add("tensors", tensors);
      layers.add(json);
    }
    return layers;
  }

  private static JsonObject tensor(Tensor tensor) {
    Statistics is = Statistics.of(tensor);
    JsonObject json = new JsonObject();
    json.add("shape", numbers(tensor.shape().extents()));
    json.addProperty("least", is.least());
    json.addProperty("greatest", is.greatest());
    json.addProperty("mean", is.mean());
    json.addProperty("deviation", is.deviation());
    return json;
  }

  private static JsonObject quantization(Quantization losses) {
    JsonObject json = new JsonObject();
    json.addProperty("images", losses.images());
    json.addProperty("given", losses.given());
    json.addProperty("floatBytes", losses.floats());
    json.addProperty("bytes", losses.bytes());
    json.add("weights", orders(losses.weights()));
    json.add("outputs", orders(losses.outputs()));
    json.add("largestChange", finite(losses.largest(), "overflow"));
    JsonArray layers = new JsonArray();
    for (Quantization.Layer layer : losses.layers()) {
      JsonObject of = new JsonObject();
      of.addProperty("name", layer.name());
      of.addProperty("storage", layer.storage().toString());
      of.addProperty("floatBytes", layer.floats());
      of.addProperty("bytes", layer.bytes());
      of.add("weights", orders(layer.weights()));
      layers.add(of);
    }
    json.add("layers", layers);
    return json;
  }

  private static JsonObject orders(Quantization.Orders orders) {
    JsonObject json = new JsonObject();
    json.add("foldedFirst", decibels(orders.foldedFirst()));
    orders.storedTwice().ifPresent(ratio -> json.add("quantizedFirst", decibels(ratio)));
    return json;
  }

  private static JsonPrimitive decibels(Ratio ratio) {
    return finite(ratio.decibels(), ratio.isExact() ? "exact" : "overflow");
  }

  private static JsonPrimitive finite(double number, String otherwise) {
    return Double.isFinite(number) ? new JsonPrimitive(number) : new JsonPrimitive(otherwise);
  }

  private static JsonArray strings(List<String> strings) {
    JsonArray array = new JsonArray();
    strings.forEach(array::add);
    return array;
  }

  private static JsonArray numbers(List<Integer> numbers) {
    JsonArray array = new JsonArray();
    numbers.forEach(array::add);
    return array;
  }
}
