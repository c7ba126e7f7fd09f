/**
 * The second way in: an ONNX model becomes the same graph that a declaration does. Each name of the
 * model stands for a constant or for a view of a value; what only moves elements, such as Reshape
 * and Transpose, changes views and makes no layer until somebody reads the elements in an order
 * that they do not have. So shape arithmetic vanishes, transposes cancel, and a channel shuffle is
 * recognized however it is written. Values with the channels last are views too: each node that
 * reads them is that on the values below. Where a model's inputs and outputs have their channels,
 * its layers tell ({@code Channels}).
 */
@NullMarked
package dev.sinter.processor.onnx;

import org.jspecify.annotations.NullMarked;
