/**
 * Kernels on the JDK's Vector API, one class for each kind, behind {@link
 * dev.sinter.kernel.Backend}. Their inner loops are few, small and shared by all networks, so that
 * they are compiled once.
 */
@NullMarked
package dev.sinter.vector;

import org.jspecify.annotations.NullMarked;
