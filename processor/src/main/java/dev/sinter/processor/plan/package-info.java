/**
 * How a graph is executed: which kernel makes each value, which may run as one, and where in memory
 * each value lives. Decisions about layouts, algorithms and packing belong here; users see [C, H,
 * W] whatever they are.
 */
@NullMarked
package dev.sinter.processor.plan;

import org.jspecify.annotations.NullMarked;
