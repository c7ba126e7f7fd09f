/**
 * The layers that can be declared: one class for each annotation with something to check or to
 * read, and the one list of them. A layer gets its annotation's values, the shapes it reads and its
 * tensors, checks them, and gives an operator.
 */
@NullMarked
package dev.sinter.processor.layer;

import org.jspecify.annotations.NullMarked;
