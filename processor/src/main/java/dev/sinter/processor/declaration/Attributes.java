package dev.sinter.processor.declaration;

import dev.sinter.processor.diagnostic.Location;
import java.util.List;
import java.util.Map;

/**
 * An annotation as it was written, defaults filled in.
 *
 * @param annotation its simple name, as {@code "Conv"}
 * @param values its values by name
 * @param location the annotation
 */
public record Attributes(String annotation, Map<String, Attribute> values, Location location) {

  /**
   * One value of an annotation.
   *
   * @param value a Boolean, Integer, Double or String, the name of an enum constant as a String,
   *     Attributes for an annotation, or a List of such
   * @param location the value, or the annotation where the default holds
   * @param items for a List, the place of each item
   */
  public record Attribute(Object value, Location location, List<Location> items) {}

  public Attributes {
    values = Map.copyOf(values);
  }

  /** Whether the annotation has such a value, written or not. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Whether a value is written, so that it is not the default. */
  public boolean isWritten(String name) {
    return value(name).location().value() != null;
  }

  public String text(String name) {
    return (String) value(name).value();
  }

  public boolean flag(String name) {
    return (Boolean) value(name).value();
  }

  public int integer(String name) {
    return (Integer) value(name).value();
  }

  public double number(String name) {
    return (Double) value(name).value();
  }

  /** An annotation in this one. */
  public Attributes nested(String name) {
    return (Attributes) value(name).value();
  }

  public List<Integer> integers(String name) {
    return list(name, Integer.class);
  }

  public List<Double> numbers(String name) {
    return list(name, Double.class);
  }

  public List<String> texts(String name) {
    return list(name, String.class);
  }

  /** A list, or one text as a list; the empty text counts as nothing. */
  public List<String> textsOrText(String name) {
    Object value = value(name).value();
    if (value instanceof String text) {
      return text.isEmpty() ? List.of() : List.of(text);
    }
    return texts(name);
  }

  /** The place of a value. */
  public Location at(String name) {
    return value(name).location();
  }

  /** The place of an item of a list, or of a single text. */
  public Location at(String name, int item) {
    List<Location> items = value(name).items();
    return items.isEmpty() ? at(name) : items.get(item);
  }

  private <T> List<T> list(String name, Class<T> type) {
    return ((List<?>) value(name).value()).stream().map(type::cast).toList();
  }

  private Attribute value(String name) {
    Attribute value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("@" + annotation + " has no " + name);
    }
    return value;
  }
}
