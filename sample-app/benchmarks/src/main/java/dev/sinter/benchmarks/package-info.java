/**
 * Measures. A {@link dev.sinter.benchmarks.Subject} is a network, {@link
 * dev.sinter.benchmarks.Workshop} compiles it and writes its ONNX twin, and {@link
 * dev.sinter.benchmarks.Contender}s compute it. What is compared takes turns in one JVM ({@link
 * dev.sinter.benchmarks.Duel}), because a machine that is busy or hot for a while then is so for
 * both; {@link dev.sinter.benchmarks.Main} repeats this in new JVMs, because each compiles its code
 * a little differently, and {@link dev.sinter.benchmarks.Tables} takes medians over those.
 */
@NullMarked
package dev.sinter.benchmarks;

import org.jspecify.annotations.NullMarked;
