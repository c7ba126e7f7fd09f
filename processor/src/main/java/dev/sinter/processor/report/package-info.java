/** What was done to a network, told to people and, as figures, to programs. */
@NullMarked
package dev.sinter.processor.report;

import org.jspecify.annotations.NullMarked;
