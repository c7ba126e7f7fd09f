/**
 * What Sinter says to its users: every message, and where it is said. A diagnostic is a value; it
 * is printed once, by the processor, at the end.
 */
@NullMarked
package dev.sinter.processor.diagnostic;

import org.jspecify.annotations.NullMarked;
