/**
 * What generated classes call: the {@linkplain dev.sinter.kernel.Backend kernels}, the regions of
 * memory they work on, the reader of baked constants, and the {@linkplain dev.sinter.kernel.Program
 * program} that strings kernels together. Applications have no need of it. Another set of kernels
 * is another {@code Backend}; another layout of values is another kind of {@code Slot}.
 */
@NullMarked
package dev.sinter.kernel;

import org.jspecify.annotations.NullMarked;
