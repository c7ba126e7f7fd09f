package dev.sinter.processor.declaration;

import static com.google.auto.common.AnnotationMirrors.getAnnotationValuesWithDefaults;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.util.ElementFilter;

/** Reads annotated classes. */
public final class DeclarationReader {
  private static final String PACKAGE = "dev.sinter";
  private static final String LAYER = PACKAGE + ".Layer";
  private static final String NETWORK = "Network";
  private static final String BLOCK = "Block";
  private static final String OUTPUT = "Output";

  private final Set<String> layers;

  /**
   * A reader.
   *
   * @param layers the simple names of the annotations that declare layers
   */
  public DeclarationReader(Set<String> layers) {
    this.layers = layers;
  }

  /**
   * Reads a class annotated as a network. Fields that declare no layer properly are marked.
   *
   * @param found receives what is wrong with single fields
   * @throws Rejection if the class as a whole cannot be a network
   */
  public NetworkDeclaration network(TypeElement type, Diagnostics found) throws Rejection {
    AnnotationMirror mirror =
        sinterAnnotations(type).stream()
            .filter(candidate -> simpleName(candidate).equals(NETWORK))
            .findFirst()
            .orElseThrow();
    if (type.getKind() != ElementKind.CLASS) {
      String kind = type.getKind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      throw Problem.NOT_A_CLASS.reject(
          new Location(type, mirror, null), kind, type.getSimpleName());
    }
    Attributes network = attributes(type, mirror);
    List<FieldDeclaration> fields = fields(type, List.of(type), found);
    boolean imported = !network.text("model").isEmpty();
    if (fields.isEmpty() && !imported) {
      throw Problem.NO_LAYERS.reject(Location.of(type), type.getSimpleName());
    }
    for (FieldDeclaration field : fields) {
      if (imported && field.name().equals("model")) {
        throw Problem.RESERVED_NAME.reject(field.location(), field.name());
      }
    }
    return new NetworkDeclaration(
        MoreElements.getPackage(type).getQualifiedName().toString(),
        nestedName(type),
        isPublic(type),
        network,
        fields,
        Location.of(type));
  }

  /** The class and the blocks in it, at any depth. */
  public static Set<TypeElement> classes(TypeElement type) {
    Set<TypeElement> classes = new LinkedHashSet<>();
    List<TypeElement> open = new ArrayList<>(List.of(type));
    while (!open.isEmpty()) {
      TypeElement next = open.remove(open.size() - 1);
      if (classes.add(next)) {
        for (VariableElement field : ElementFilter.fieldsIn(next.getEnclosedElements())) {
          blockType(field).ifPresent(open::add);
        }
      }
    }
    return classes;
  }

  /**
   * The layers that a class declares.
   *
   * @param path the class, and those that contain it as a block, outermost first
   */
  private List<FieldDeclaration> fields(TypeElement type, List<TypeElement> path, Diagnostics found)
      throws Rejection {
    List<FieldDeclaration> fields = new ArrayList<>();
    for (VariableElement field : ElementFilter.fieldsIn(type.getEnclosedElements())) {
      try {
        field(field, path, found).ifPresent(fields::add);
      } catch (Rejection rejection) {
        found.add(rejection.diagnostic());
        String name = field.getSimpleName().toString();
        fields.add(FieldDeclaration.refused(name, Location.of(field)));
      }
    }
    return fields;
  }

  /** The annotations of Sinter on a field outside of any network, if there are any. */
  public Optional<Location> layerOn(Element field) {
    return sinterAnnotations(field).stream()
        .findFirst()
        .map(mirror -> new Location(field, mirror, null));
  }

  private Optional<FieldDeclaration> field(
      VariableElement field, List<TypeElement> path, Diagnostics found) throws Rejection {
    List<AnnotationMirror> all = sinterAnnotations(field);
    List<AnnotationMirror> kinds =
        all.stream()
            .filter(m -> layers.contains(simpleName(m)) || simpleName(m).equals(BLOCK))
            .toList();
    Optional<TypeElement> block = blockType(field);
    boolean isLayer =
        block.isPresent()
            || declaredType(field)
                .filter(t -> t.getQualifiedName().contentEquals(LAYER))
                .isPresent();
    String name = field.getSimpleName().toString();
    Location location = Location.of(field);
    if (all.isEmpty() && (!isLayer || field.getModifiers().contains(Modifier.STATIC))) {
      return Optional.empty();
    }
    if (kinds.isEmpty()) {
      String missing =
          block
              .map(type -> "@Block: '" + type.getSimpleName() + "' is a block")
              .orElse("one, as in '@Conv Layer " + name + ";'");
      throw Problem.NO_ANNOTATION.reject(location, name, missing);
    }
    if (kinds.size() > 1) {
      String names = kinds.stream().map(m -> "@" + simpleName(m)).collect(Collectors.joining(", "));
      throw Problem.SEVERAL_ANNOTATIONS.reject(
          new Location(field, kinds.get(1), null), name, names);
    }
    Attributes layer = attributes(field, kinds.get(0));
    if (layer.annotation().equals(BLOCK) != block.isPresent() || !isLayer) {
      throw layer.annotation().equals(BLOCK)
          ? Problem.BLOCK_TYPE.reject(location, name, field.asType())
          : Problem.FIELD_TYPE.reject(
              location,
              name,
              field.asType(),
              block.isPresent() ? " That is a block: annotate the field @Block instead." : "");
    }
    if (name.equals("input")) {
      throw Problem.RESERVED_NAME.reject(location, name);
    }
    boolean output = all.stream().anyMatch(m -> simpleName(m).equals(OUTPUT));
    List<FieldDeclaration> inside =
        block.isPresent() ? block(field, block.get(), path, found) : List.of();
    return Optional.of(new FieldDeclaration(name, layer, output, inside, location));
  }

  private List<FieldDeclaration> block(
      VariableElement field, TypeElement type, List<TypeElement> path, Diagnostics found)
      throws Rejection {
    List<TypeElement> longer = new ArrayList<>(path);
    longer.add(type);
    if (path.contains(type)) {
      throw Problem.BLOCK_CYCLE.reject(
          Location.of(field),
          type.getSimpleName(),
          longer.stream()
              .map(t -> t.getSimpleName().toString())
              .collect(Collectors.joining(" → ")));
    }
    List<FieldDeclaration> fields = fields(type, longer, found);
    if (fields.isEmpty()) {
      throw Problem.NO_LAYERS.reject(Location.of(type), type.getSimpleName());
    }
    return fields;
  }

  /** The type of a field whose class is annotated as a block. */
  private static Optional<TypeElement> blockType(VariableElement field) {
    return declaredType(field)
        .filter(
            type -> sinterAnnotations(type).stream().anyMatch(m -> simpleName(m).equals(BLOCK)));
  }

  private static Optional<TypeElement> declaredType(VariableElement field) {
    return field.asType().getKind() == TypeKind.DECLARED
        ? Optional.of(MoreTypes.asTypeElement(field.asType()))
        : Optional.empty();
  }

  private static List<AnnotationMirror> sinterAnnotations(Element element) {
    return element.getAnnotationMirrors().stream()
        .filter(
            mirror ->
                MoreElements.getPackage(mirror.getAnnotationType().asElement())
                    .getQualifiedName()
                    .contentEquals(PACKAGE))
        .collect(Collectors.toList());
  }

  private static String simpleName(AnnotationMirror mirror) {
    return mirror.getAnnotationType().asElement().getSimpleName().toString();
  }

  private static Attributes attributes(Element element, AnnotationMirror mirror) {
    return attributes(element, mirror, mirror, new Location(element, mirror, null));
  }

  /**
   * The values of an annotation.
   *
   * @param outer the annotation on the element that it is, or stands in
   * @param location where it stands
   */
  private static Attributes attributes(
      Element element, AnnotationMirror mirror, AnnotationMirror outer, Location location) {
    Map<String, Attributes.Attribute> values = new HashMap<>();
    for (Map.Entry<ExecutableElement, AnnotationValue> entry :
        getAnnotationValuesWithDefaults(mirror).entrySet()) {
      boolean written = mirror.getElementValues().containsKey(entry.getKey());
      AnnotationValue value = entry.getValue();
      Location at = written ? new Location(element, outer, value) : location;
      Object plain =
          value.getValue() instanceof AnnotationMirror nested
              ? attributes(element, nested, outer, at)
              : plain(value.getValue());
      values.put(
          entry.getKey().getSimpleName().toString(),
          new Attributes.Attribute(plain, at, items(value, at)));
    }
    return new Attributes(simpleName(mirror), values, location);
  }

  private static List<Location> items(AnnotationValue value, Location at) {
    return value.getValue() instanceof List<?> list
        ? list.stream()
            .map(
                item ->
                    at.value() == value
                        ? new Location(at.element(), at.annotation(), (AnnotationValue) item)
                        : at)
            .toList()
        : List.of();
  }

  private static Object plain(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(item -> plain(((AnnotationValue) item).getValue())).toList();
    }
    return value instanceof VariableElement constant ? constant.getSimpleName().toString() : value;
  }

  private static String nestedName(TypeElement type) {
    Element outer = type.getEnclosingElement();
    String name = type.getSimpleName().toString();
    return MoreElements.isType(outer) ? nestedName(MoreElements.asType(outer)) + "_" + name : name;
  }

  private static boolean isPublic(TypeElement type) {
    Element outer = type.getEnclosingElement();
    return type.getModifiers().contains(Modifier.PUBLIC)
        && (!MoreElements.isType(outer) || isPublic(MoreElements.asType(outer)));
  }
}
