package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Shape;

/**
 * A value's place in the arena: element [c, y, x] is at {@code offset + (y·W + x)·pixelStride + c}.
 *
 * @param offset the first float
 * @param shape the value's shape; of what only linear layers read, perhaps the map before it was
 *     flattened
 * @param pixelStride floats from a position to the next: the channels, or those of what the value
 *     is a part of
 */
public record Region(int offset, Shape shape, int pixelStride) {}
