/**
 * A small program that reads handwritten digits. {@link dev.sinter.samples.digits.Digits} declares
 * the network, javac compiles it, and the rest is what any user of a {@link dev.sinter.Model}
 * writes: pictures in, probabilities out.
 */
@NullMarked
package dev.sinter.samples.digits;

import org.jspecify.annotations.NullMarked;
