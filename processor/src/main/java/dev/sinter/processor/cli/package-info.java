/**
 * The command line that the processor's jar is too: a look into weights and models without a build.
 * It stands beside the processor, on the same readers, folds and messages, and owns none.
 */
@NullMarked
package dev.sinter.processor.cli;

import org.jspecify.annotations.NullMarked;
