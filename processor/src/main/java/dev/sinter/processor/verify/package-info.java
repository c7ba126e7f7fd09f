/**
 * The proof of what folding does: a reference interpreter in double precision, written from the
 * operators' definitions and sharing no code with the kernels, and the certificates it gives.
 */
@NullMarked
package dev.sinter.processor.verify;

import org.jspecify.annotations.NullMarked;
