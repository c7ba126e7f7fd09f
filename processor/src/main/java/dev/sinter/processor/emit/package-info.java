/**
 * From a graph and its plan to source files and a resource. Everything that can be wrong with a
 * network was said before: what is left to refuse here is a constant that does not fit.
 */
@NullMarked
package dev.sinter.processor.emit;

import org.jspecify.annotations.NullMarked;
