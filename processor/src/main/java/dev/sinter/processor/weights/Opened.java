package dev.sinter.processor.weights;

/**
 * A container that was found.
 *
 * @param name as it was declared
 * @param where the full name of the place
 * @param container its tensors
 */
public record Opened(String name, String where, Container container) {}
