package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Shape;

/**
 * A value's place in the arena: planar, from {@code offset}.
 *
 * @param offset the first float
 * @param shape the value's shape
 */
public record Region(int offset, Shape shape) {}
