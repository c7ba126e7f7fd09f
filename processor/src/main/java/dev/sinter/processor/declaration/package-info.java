/**
 * What was written: a class that declares a network, as records that keep the place of each value.
 * The only reader of elements and annotation mirrors, so that nothing behind it needs javac.
 */
@NullMarked
package dev.sinter.processor.declaration;

import org.jspecify.annotations.NullMarked;
