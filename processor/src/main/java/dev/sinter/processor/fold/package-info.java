/**
 * The folds: rewrites of a graph that leave what it computes and save work. One class each, with
 * its source, preconditions and proof; one ordered list; one driver.
 *
 * <p>Folds are single steps: past a pool an affine moves by one fold, and into the convolution
 * before it by another. So each certificate is about two or three operators and small maps, and a
 * new operator that lets affines pass needs one step and one line in {@link
 * dev.sinter.processor.fold.Upward}.
 */
@NullMarked
package dev.sinter.processor.fold;

import org.jspecify.annotations.NullMarked;
