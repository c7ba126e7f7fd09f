/** The same contenders for the Java Microbenchmark Harness and its profilers. */
@NullMarked
package dev.sinter.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
