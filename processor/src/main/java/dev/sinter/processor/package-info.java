/**
 * The compiler of declared networks. {@link dev.sinter.processor.SinterProcessor} is the thin shell
 * around javac; {@link dev.sinter.processor.NetworkCompiler} is the way through: declaration,
 * layers and weights, graph, folds, certificates, plan, sources. Each of these is a package, and
 * each reads only those before it.
 */
@NullMarked
package dev.sinter.processor;

import org.jspecify.annotations.NullMarked;
