/** What was done to a network, told to people. */
@NullMarked
package dev.sinter.processor.report;

import org.jspecify.annotations.NullMarked;
