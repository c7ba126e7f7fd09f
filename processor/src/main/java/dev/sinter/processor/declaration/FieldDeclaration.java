package dev.sinter.processor.declaration;

import dev.sinter.processor.diagnostic.Location;

/**
 * A field that declares a layer.
 *
 * @param name the field's name
 * @param layer the annotation that says what layer it is
 * @param output whether it is marked as an output
 * @param location the field
 */
public record FieldDeclaration(String name, Attributes layer, boolean output, Location location) {}
