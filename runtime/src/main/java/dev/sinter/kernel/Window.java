package dev.sinter.kernel;

import java.util.Arrays;

/**
 * How a window moves over a map: its kernel, stride, dilation and padding. Immutable; {@code
 * Window.of(3, 3).stride(2, 2).padding(1, 1, 1, 1)}.
 */
public final class Window {
  private final int kernelHeight;
  private final int kernelWidth;
  private final int strideHeight;
  private final int strideWidth;
  private final int dilationHeight;
  private final int dilationWidth;
  private final int top;
  private final int left;
  private final int bottom;
  private final int right;

  private Window(int[] kernel, int[] stride, int[] dilation, int[] padding) {
    kernelHeight = kernel[0];
    kernelWidth = kernel[1];
    strideHeight = stride[0];
    strideWidth = stride[1];
    dilationHeight = dilation[0];
    dilationWidth = dilation[1];
    top = padding[0];
    left = padding[1];
    bottom = padding[2];
    right = padding[3];
  }

  /** A window of this many rows and columns, with stride 1, dilation 1 and no padding. */
  public static Window of(int height, int width) {
    int[] one = {1, 1};
    return new Window(new int[] {height, width}, one, one, new int[4]);
  }

  /** The same with another stride. */
  public Window stride(int height, int width) {
    return new Window(kernel(), new int[] {height, width}, dilation(), padding());
  }

  /** The same with another dilation: the distance of neighbouring taps. */
  public Window dilation(int height, int width) {
    return new Window(kernel(), stride(), new int[] {height, width}, padding());
  }

  /** The same with other padding, in rows and columns around the map. */
  public Window padding(int top, int left, int bottom, int right) {
    return new Window(kernel(), stride(), dilation(), new int[] {top, left, bottom, right});
  }

  /** Rows of the kernel. */
  public int kernelHeight() {
    return kernelHeight;
  }

  /** Columns of the kernel. */
  public int kernelWidth() {
    return kernelWidth;
  }

  /** Rows from a window to the next. */
  public int strideHeight() {
    return strideHeight;
  }

  /** Columns from a window to the next. */
  public int strideWidth() {
    return strideWidth;
  }

  /** Rows from a tap to the next. */
  public int dilationHeight() {
    return dilationHeight;
  }

  /** Columns from a tap to the next. */
  public int dilationWidth() {
    return dilationWidth;
  }

  /** Rows of padding above. */
  public int top() {
    return top;
  }

  /** Columns of padding before. */
  public int left() {
    return left;
  }

  /** Rows of padding below. */
  public int bottom() {
    return bottom;
  }

  /** Columns of padding behind. */
  public int right() {
    return right;
  }

  /** The first row of a window whose first row lies at {@code top} that reaches the map. */
  public int firstRow(int top) {
    return ceil(-top, dilationHeight);
  }

  /** One more than the last row of the window that lies above {@code height}. */
  public int endRow(int top, int height) {
    return Math.min(kernelHeight, ceil(height - top, dilationHeight));
  }

  /** The first column of a window whose first column lies at {@code left} that reaches the map. */
  public int firstColumn(int left) {
    return ceil(-left, dilationWidth);
  }

  /** One more than the last column of the window that lies before {@code width}. */
  public int endColumn(int left, int width) {
    return Math.min(kernelWidth, ceil(width - left, dilationWidth));
  }

  /** Where each class of output rows begins, as {@link Backend} numbers them. */
  public int[] rowClasses(int outputs, int height) {
    return classes(outputs, height, kernelHeight, strideHeight, dilationHeight, top);
  }

  /** Where each class of output columns begins. */
  public int[] columnClasses(int outputs, int width) {
    return classes(outputs, width, kernelWidth, strideWidth, dilationWidth, left);
  }

  private static int[] classes(
      int outputs, int extent, int kernel, int stride, int dilation, int before) {
    int[] begins = new int[outputs];
    int count = 0;
    int outsideBefore = -1;
    int notAfter = -1;
    for (int i = 0; i < outputs; i++) {
      int start = i * stride - before;
      int from = Math.min(kernel, ceil(-start, dilation));
      int to = Math.min(kernel, ceil(extent - start, dilation));
      if (from != outsideBefore || to != notAfter) {
        begins[count++] = i;
        outsideBefore = from;
        notAfter = to;
      }
    }
    return Arrays.copyOf(begins, count);
  }

  /**
   * ⌈dividend / divisor⌉, or 0 if that is negative: how many multiples of the divisor from 0 on lie
   * below the dividend.
   */
  public static int ceil(int dividend, int divisor) {
    return dividend <= 0 ? 0 : (dividend - 1) / divisor + 1;
  }

  private int[] kernel() {
    return new int[] {kernelHeight, kernelWidth};
  }

  private int[] stride() {
    return new int[] {strideHeight, strideWidth};
  }

  private int[] dilation() {
    return new int[] {dilationHeight, dilationWidth};
  }

  private int[] padding() {
    return new int[] {top, left, bottom, right};
  }
}
