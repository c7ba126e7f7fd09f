/**
 * Declaring networks and running compiled ones. A class annotated {@link dev.sinter.Network}
 * declares a network with its fields; the processor generates a class whose {@code load()} gives a
 * {@link dev.sinter.Model}; a {@link dev.sinter.Session} runs it. The annotations stand beside what
 * runs because generated code needs this jar anyway, and nothing else.
 */
@NullMarked
package dev.sinter;

import org.jspecify.annotations.NullMarked;
