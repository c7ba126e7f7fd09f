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

  /** Letters of names for each byte of code, in which names are not repeated. */
  private static final int LONGEST = 64;

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
    collect(weights(Pickle.read(code)), "", 0, cuts, (long) LONGEST * code.length(), code);
    Storages storages = new Storages(zip, entries, root);
    boolean parallel = cuts.keySet().stream().allMatch(name -> name.startsWith(PARALLEL));
    LazyTensors tensors = new LazyTensors();
    cuts.forEach(
        (name, cut) ->
            tensors.put(
                parallel ? name.substring(PARALLEL.length()) : name,
                () -> cut.storage().type().stored(shape(name, cut, code)),
                () -> tensor(name, cut, storages, code)));
    return tensors;
  }

  /** The elements of tensors, of which many may share a storage: the last one is kept. */
  private static final class Storages {
    private final Bytes zip;
    private final Map<String, ZipEntry> entries;
    private final String root;
    private String last = "";
    private @Nullable Bytes kept;

    Storages(Bytes zip, Map<String, ZipEntry> entries, String root) {
      this.zip = zip;
      this.entries = entries;
      this.root = root;
    }

    Bytes get(String key) throws MalformedContainer {
      Bytes bytes = kept;
      if (bytes == null || !key.equals(last)) {
        bytes = required(entries, root + "data/" + key, zip).read(zip);
        kept = bytes;
        last = key;
      }
      return bytes;
    }
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

  /**
   * The tensors in nested dictionaries by their paths.
   *
   * @param left letters that the paths of all that follows may have
   * @return what of them is left
   */
  private static long collect(
      Object value, String path, int depth, Map<String, Pickle.Cut> cuts, long left, Bytes code)
      throws MalformedContainer {
    if (value instanceof Pickle.Cut cut) {
      cuts.put(path, cut);
    }
    long rest = left;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String inner = path.isEmpty() ? "" + entry.getKey() : path + "." + entry.getKey();
        rest -= 1 + inner.length();
        if (depth > DEEPEST || rest < 0) {
          throw code.malformed(0, "its dictionaries contain each other without end.");
        }
        rest = collect(entry.getValue(), inner, depth + 1, cuts, rest, code);
      }
    }
    return rest;
  }

  private static Shape shape(String name, Pickle.Cut cut, Bytes code) throws MalformedContainer {
    Extents extents = new Extents();
    for (Object extent : cut.size()) {
      if (!(extent instanceof Long number) || !extents.add(number.toString())) {
        throw code.malformed(0, "'" + name + "' has an impossible extent; " + Extents.RULE);
      }
    }
    return extents.shape();
  }

  private static Tensor tensor(String name, Pickle.Cut cut, Storages storages, Bytes code)
      throws MalformedContainer {
    Shape shape = shape(name, cut, code);
    Pickle.Storage storage = cut.storage();
    int[] strides = strides(name, cut, shape, code);
    Bytes data = storages.get(storage.key());
    long bytes = storage.elements() * storage.type().size();
    if (storage.elements() < 0 || storage.elements() > data.length() || bytes > data.length()) {
      throw data.malformed(
          data.length(), "it must have " + storage.elements() + " elements of '" + name + "'.");
    }
    int last = shape.size() == 0 ? -1 : place((int) shape.size() - 1, shape, strides);
    int start = shape.size() == 0 ? 0 : (int) cut.offset() * storage.type().size();
    Tensor elements =
        storage.type().decode(name, Shape.of(last + 1), data, start, ByteOrder.LITTLE_ENDIAN);
    return Tensor.computed(shape, i -> elements.get(place(i, shape, strides)));
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
