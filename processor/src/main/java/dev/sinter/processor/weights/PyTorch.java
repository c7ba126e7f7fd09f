package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code torch.save} writes: a ZIP file with a pickle that describes tensors, and their
 * elements. Of a checkpoint the model's {@code state_dict} is read, without the prefix {@code
 * module.} of DataParallel.
 */
final class PyTorch implements ContainerFormat {
  /** Keys under which training scripts keep the weights. */
  private static final List<String> USUAL = List.of("state_dict", "model_state_dict", "model");

  private static final String PARALLEL = "module.";

  /** Dictionaries in dictionaries; one that contains itself has no end. */
  private static final int DEEPEST = 64;

  @Override
  public boolean reads(Source source) {
    return source.isFile(".pt") || source.isFile(".pth");
  }

  @Override
  public Container open(Source source) throws MalformedContainer {
    Bytes zip = new Bytes(source.name(), source.bytes());
    if (zip.length() > 1 && zip.u8(0) == 0x80 && zip.u8(1) <= 5) {
      throw zip.malformed(
          0,
          "this is the format of PyTorch before 1.6. Load and save it again: torch.save(torch.load("
              + "\"old.pt\", map_location=\"cpu\"), \"new.pt\").");
    }
    Map<String, ZipEntry> entries =
        ZipDirectory.read(zip).stream()
            .collect(Collectors.toMap(ZipEntry::name, entry -> entry, (a, b) -> a));
    String pickle =
        entries.keySet().stream()
            .filter(name -> name.equals("data.pkl") || name.endsWith("/data.pkl"))
            .min(String::compareTo)
            .orElseThrow(() -> zip.malformed(0, "there is no data.pkl in it, so no checkpoint."));
    String root = pickle.substring(0, pickle.length() - "data.pkl".length());
    if (entries.containsKey(root + "constants.pkl")) {
      throw zip.malformed(
          0, "this is a TorchScript program. Save model.state_dict() instead, with torch.save.");
    }
    requireLittleEndian(zip, entries.get(root + "byteorder"));
    Bytes code = required(entries, pickle, zip).read(zip);
    Map<String, Pickle.Cut> cuts = new LinkedHashMap<>();
    collect(weights(Pickle.read(code)), "", 0, cuts, code);
    boolean parallel = cuts.keySet().stream().allMatch(name -> name.startsWith(PARALLEL));
    LazyTensors tensors = new LazyTensors();
    cuts.forEach(
        (name, cut) ->
            tensors.put(
                parallel ? name.substring(PARALLEL.length()) : name,
                () -> tensor(name, cut, entries, root, zip, code)));
    return tensors;
  }

  private static ZipEntry required(Map<String, ZipEntry> entries, String name, Bytes zip)
      throws MalformedContainer {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw zip.malformed(0, "the entry '" + name + "' is not there.");
    }
    return entry;
  }

  private static void requireLittleEndian(Bytes zip, @Nullable ZipEntry order)
      throws MalformedContainer {
    if (order != null) {
      Bytes text = order.read(zip);
      if (!text.utf8(0, text.length()).strip().equals("little")) {
        throw text.malformed(0, "its numbers are not little-endian.");
      }
    }
  }

  /** The dictionary of the model's weights in what was saved. */
  private static Object weights(Object saved) {
    if (saved instanceof Map<?, ?> map
        && map.values().stream().noneMatch(Pickle.Cut.class::isInstance)) {
      Optional<Object> usual =
          USUAL.stream().<Object>map(map::get).filter(Map.class::isInstance).findFirst();
      return usual.orElse(saved);
    }
    return saved;
  }

  /** The tensors in nested dictionaries by their paths. There cannot be more than code for them. */
  private static void collect(
      Object value, String path, int depth, Map<String, Pickle.Cut> cuts, Bytes code)
      throws MalformedContainer {
    if (value instanceof Pickle.Cut cut) {
      cuts.put(path, cut);
    } else if (value instanceof Map<?, ?> map) {
      if (depth > DEEPEST || cuts.size() > code.length()) {
        throw code.malformed(0, "its dictionaries contain each other without end.");
      }
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String inner = path.isEmpty() ? "" + entry.getKey() : path + "." + entry.getKey();
        collect(entry.getValue(), inner, depth + 1, cuts, code);
      }
    }
  }

  private static Tensor tensor(
      String name,
      Pickle.Cut cut,
      Map<String, ZipEntry> entries,
      String root,
      Bytes zip,
      Bytes code)
      throws MalformedContainer {
    Extents extents = new Extents();
    for (Object extent : cut.size()) {
      if (!(extent instanceof Long number) || !extents.add(number.toString())) {
        throw code.malformed(0, "'" + name + "' has an impossible extent; " + Extents.RULE);
      }
    }
    Shape shape = extents.shape();
    Pickle.Storage storage = cut.storage();
    int[] strides = strides(name, cut, shape, code);
    Bytes data = required(entries, root + "data/" + storage.key(), zip).read(zip);
    long bytes = storage.elements() * storage.type().size();
    if (storage.elements() < 0 || storage.elements() > data.length() || bytes > data.length()) {
      throw data.malformed(
          data.length(), "it must have " + storage.elements() + " elements of '" + name + "'.");
    }
    Shape all = Shape.of((int) storage.elements());
    Tensor elements = storage.type().decode(name, all, data, 0, ByteOrder.LITTLE_ENDIAN);
    int first = (int) cut.offset();
    return Tensor.computed(shape, i -> elements.get(first + place(i, shape, strides)));
  }

  /** How far apart elements lie on each axis, all of them inside the storage. */
  private static int[] strides(String name, Pickle.Cut cut, Shape shape, Bytes code)
      throws MalformedContainer {
    long elements = cut.storage().elements();
    long last = cut.offset();
    boolean valid =
        cut.stride().size() == shape.rank() && last >= 0 && shape.size() <= Math.max(0, elements);
    int[] strides = new int[shape.rank()];
    for (int axis = 0; valid && axis < strides.length; axis++) {
      valid =
          cut.stride().get(axis) instanceof Long stride
              && stride >= 0
              && (stride <= elements || shape.extent(axis) <= 1 || shape.size() == 0);
      if (valid && shape.extent(axis) > 1 && shape.size() > 0) {
        strides[axis] = Math.toIntExact(Math.min((Long) cut.stride().get(axis), Integer.MAX_VALUE));
        last += (shape.extent(axis) - 1L) * strides[axis];
      }
    }
    if (!valid || (shape.size() > 0 && last >= elements) || elements > Integer.MAX_VALUE) {
      throw code.malformed(
          0,
          "'"
              + name
              + "' of shape "
              + shape
              + " is not inside its storage of "
              + elements
              + " elements.");
    }
    return strides;
  }

  private static int place(int element, Shape shape, int[] strides) {
    int rest = element;
    int place = 0;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      place += rest % shape.extent(axis) * strides[axis];
      rest /= shape.extent(axis);
    }
    return place;
  }
}
