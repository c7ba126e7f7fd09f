/**
 * The grammar of networks: operators, and graphs of them in static single assignment form. A graph
 * is immutable and well shaped from birth, because its builder infers each shape and refuses what
 * does not fit. Nothing here knows of javac, files or kernels.
 */
@NullMarked
package dev.sinter.processor.ir;

import org.jspecify.annotations.NullMarked;
