/**
 * Trained tensors: the containers that people have them in, one reader each, and where containers
 * are looked for. A reader takes any bytes and gives tensors or one complaint that names the byte;
 * it needs memory in proportion to the file. That is why HDF5 and pickle have readers of their own
 * here, small ones: no library promises it.
 */
@NullMarked
package dev.sinter.processor.weights;

import org.jspecify.annotations.NullMarked;
