/**
 * The folds: rewrites of a graph that leave what it computes and save work. One class each, with
 * its source, preconditions and proof; one ordered list; one driver.
 */
@NullMarked
package dev.sinter.processor.fold;

import org.jspecify.annotations.NullMarked;
