/**
 * Weights in fewer bits: how they are rounded, and what that changes. Folding is done by then; what
 * comes of doing it the other way round is computed only to be compared.
 */
@NullMarked
package dev.sinter.processor.quantize;

import org.jspecify.annotations.NullMarked;
