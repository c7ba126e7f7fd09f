package dev.sinter;

/**
 * The type of a network's fields. It has no values: a field of this type only declares that the
 * network has a layer, which its annotation describes.
 */
public final class Layer {
  private Layer() {}
}
