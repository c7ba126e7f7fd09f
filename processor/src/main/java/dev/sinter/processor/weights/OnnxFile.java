package dev.sinter.processor.weights;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/**
 * An ONNX model as it is stored, and its tensors.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">The format</a>
 */
public final class OnnxFile {
  private final String name;
  private final ModelProto model;
  private final Source.Beside beside;
  private final Map<String, Bytes> external = new HashMap<>();

  private OnnxFile(String name, ModelProto model, Source.Beside beside) {
    this.name = name;
    this.model = model;
    this.beside = beside;
  }

  /** Reads a model, but not yet its tensors, which may be in files beside it. */
  static OnnxFile read(Source source) throws MalformedContainer {
    // The array is only ever read, so that tensors need not be copied out of it.
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(source.bytes()).newCodedInput();
    in.enableAliasing(true);
    ModelProto model;
    try {
      model = ModelProto.parseFrom(in, ExtensionRegistryLite.getEmptyRegistry());
    } catch (InvalidProtocolBufferException malformed) {
      throw noModel(source, in, "the file is cut short, or no ONNX model.");
    } catch (IOException impossible) {
      throw noModel(source, in, "it cannot be read.");
    }
    if (!model.hasGraph() || model.getOpsetImportCount() == 0) {
      throw noModel(source, in, "the file ends without a graph or the version of its operators.");
    }
    return new OnnxFile(source.name(), model, source.beside());
  }

  private static MalformedContainer noModel(Source source, CodedInputStream in, String reason) {
    return new MalformedContainer(source.name(), in.getTotalBytesRead(), reason);
  }

  public String name() {
    return name;
  }

  public ModelProto model() {
    return model;
  }

  /** Whether a tensor has numbers that a double can hold. */
  public static boolean isNumeric(TensorProto tensor) {
    return elementType(tensor).isPresent();
  }

  private static Optional<ElementType> elementType(TensorProto tensor) {
    DataType type = DataType.forNumber(tensor.getDataType());
    if (type == null) {
      return Optional.empty();
    }
    return switch (type) {
      case FLOAT -> Optional.of(ElementType.F32);
      case DOUBLE -> Optional.of(ElementType.F64);
      case FLOAT16 -> Optional.of(ElementType.F16);
      case BFLOAT16 -> Optional.of(ElementType.BF16);
      case INT64 -> Optional.of(ElementType.I64);
      case INT32 -> Optional.of(ElementType.I32);
      case INT16 -> Optional.of(ElementType.I16);
      case INT8 -> Optional.of(ElementType.I8);
      case UINT64 -> Optional.of(ElementType.U64);
      case UINT32 -> Optional.of(ElementType.U32);
      case UINT16 -> Optional.of(ElementType.U16);
      case UINT8 -> Optional.of(ElementType.U8);
      case BOOL -> Optional.of(ElementType.BOOL);
      default -> Optional.empty();
    };
  }

  /**
   * The numbers of a tensor, widened exactly.
   *
   * @throws MalformedContainer if it has no such, or not as many as its shape says
   */
  public Tensor tensor(TensorProto tensor) throws MalformedContainer {
    Shape shape = shape(tensor);
    ElementType type = requireType(tensor);
    Raw raw = raw(tensor, type);
    return type.decode(tensor.getName(), shape, raw.bytes(), raw.start(), ByteOrder.LITTLE_ENDIAN);
  }

  /** How a tensor is stored. */
  Container.Stored stored(TensorProto tensor) throws MalformedContainer {
    return requireType(tensor).stored(shape(tensor));
  }

  /**
   * The integers of a tensor of INT64 or INT32: all of them, where a double has only some.
   *
   * @throws MalformedContainer if it is of another type, or damaged
   */
  public long[] integers(TensorProto tensor) throws MalformedContainer {
    ElementType type = requireType(tensor);
    if (type != ElementType.I64 && type != ElementType.I32) {
      throw malformed(tensor, 0, "it has elements of type " + type + ", and must have integers.");
    }
    int count = (int) shape(tensor).size();
    Raw raw = raw(tensor, type);
    ByteBuffer data = ByteBuffer.wrap(raw.bytes().array()).order(ByteOrder.LITTLE_ENDIAN);
    long[] integers = new long[count];
    for (int i = 0; i < count; i++) {
      int at = raw.start() + i * type.size();
      integers[i] = type == ElementType.I64 ? data.getLong(at) : data.getInt(at);
    }
    return integers;
  }

  private ElementType requireType(TensorProto tensor) throws MalformedContainer {
    Optional<ElementType> type = elementType(tensor);
    if (type.isEmpty()) {
      DataType unread = DataType.forNumber(tensor.getDataType());
      throw malformed(
          tensor,
          0,
          "it has elements of type "
              + (unread == null ? tensor.getDataType() : unread)
              + ", which Sinter does not read.");
    }
    return type.get();
  }

  /** The shape of a tensor. */
  public Shape shape(TensorProto tensor) throws MalformedContainer {
    Extents extents = new Extents();
    for (long extent : tensor.getDimsList()) {
      if (!extents.add(Long.toString(extent))) {
        throw malformed(tensor, 0, "it has an extent of " + extent + "; " + Extents.RULE);
      }
    }
    return extents.shape();
  }

  /** Elements as they are stored, from a place on; there are as many as the shape says. */
  private record Raw(Bytes bytes, int start) {}

  private Raw raw(TensorProto tensor, ElementType type) throws MalformedContainer {
    BigInteger needed = type.bytes(shape(tensor));
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return external(tensor, needed);
    }
    long count = tensor.hasRawData() ? tensor.getRawData().size() : listed(tensor, type);
    long found = tensor.hasRawData() ? count : count * type.size();
    if (!needed.equals(BigInteger.valueOf(found))) {
      throw malformed(
          tensor,
          0,
          "it has "
              + found
              + " bytes; "
              + type
              + " of shape "
              + shape(tensor)
              + " takes "
              + needed
              + ".");
    }
    byte[] array =
        tensor.hasRawData()
            ? tensor.getRawData().toByteArray()
            : written(tensor, type, (int) count);
    return new Raw(new Bytes(label(tensor), array), 0);
  }

  /** How many elements stand in the list that is for elements of this type. */
  private static int listed(TensorProto tensor, ElementType type) {
    return switch (type) {
      case F32 -> tensor.getFloatDataCount();
      case F64 -> tensor.getDoubleDataCount();
      case I64 -> tensor.getInt64DataCount();
      case U64, U32 -> tensor.getUint64DataCount();
      default -> tensor.getInt32DataCount();
    };
  }

  /** The listed elements as they would stand in raw data. */
  private static byte[] written(TensorProto tensor, ElementType type, int count) {
    IntToLongFunction bits =
        switch (type) {
          case F32 -> i -> Float.floatToRawIntBits(tensor.getFloatData(i));
          case F64 -> i -> Double.doubleToRawLongBits(tensor.getDoubleData(i));
          case I64 -> tensor::getInt64Data;
          case U64, U32 -> tensor::getUint64Data;
          default -> tensor::getInt32Data;
        };
    byte[] array = new byte[count * type.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) (bits.applyAsLong(i / type.size()) >>> (8 * (i % type.size())));
    }
    return array;
  }

  private Raw external(TensorProto tensor, BigInteger needed) throws MalformedContainer {
    Map<String, String> keys = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      keys.put(entry.getKey(), entry.getValue());
    }
    String location = keys.getOrDefault("location", "");
    Bytes bytes = external.get(location);
    if (bytes == null) {
      Optional<Source> source = beside.find(location).filter(found -> !found.folder());
      if (source.isEmpty()) {
        throw malformed(
            tensor, 0, "its elements are in the file '" + location + "', which is not beside it.");
      }
      bytes = new Bytes(source.get().name(), source.get().bytes());
      external.put(location, bytes);
    }
    long offset = number(tensor, keys, "offset", 0);
    long length = number(tensor, keys, "length", bytes.length() - offset);
    if (offset > bytes.length()
        || length > bytes.length() - offset
        || !needed.equals(BigInteger.valueOf(length))) {
      throw malformed(
          tensor,
          0,
          "its " + needed + " bytes are not at byte " + offset + " of '" + location + "'.");
    }
    return new Raw(bytes, (int) offset);
  }

  private long number(TensorProto tensor, Map<String, String> keys, String key, long otherwise)
      throws MalformedContainer {
    String text = keys.get(key);
    if (text != null && !text.matches("[0-9]{1,18}")) {
      throw malformed(tensor, 0, "its " + key + " is '" + text + "', and must be a number.");
    }
    return text == null ? otherwise : Long.parseLong(text);
  }

  private String label(TensorProto tensor) {
    return name + ", tensor '" + tensor.getName() + "'";
  }

  private MalformedContainer malformed(TensorProto tensor, long position, String reason) {
    return new MalformedContainer(label(tensor), position, reason);
  }
}
