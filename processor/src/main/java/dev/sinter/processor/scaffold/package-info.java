/**
 * The way back: from the graph of a model to the class that declares it, with its weights. What
 * comes of it declares the same graph bit for bit, or nothing comes of it.
 */
@NullMarked
package dev.sinter.processor.scaffold;

import org.jspecify.annotations.NullMarked;
