package dev.sinter.vector;

import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;

/**
 * A 3 × 3 convolution by {@link Winograd}'s minimal filtering: the map in overlapping tiles of m +
 * 2, each transformed; one product of matrices, tiles by channels, for each of the (m + 2)²
 * elements; back to tiles of m × m. The filters are transformed ahead, in double, and rounded once.
 * A part is a band of rows of tiles.
 */
final class WinogradConvolution implements Kernel {
  private static final int PART_PRODUCTS = 2_000_000; // some 20 µs without the transforms
  private static final int MAX_PARTS = 8;
  private static final int PLANE_GAP = 16; // else planes would fall on the same sets of a cache

  private final Slot output;
  private final int m;
  private final int n;
  private final Epilogue epilogue;
  private final PaddedBand band;
  private final PackedWeights weights; // one tap's blocks, for each element of a tile
  private final int inputs;
  private final int inputStride; // channels in whole vectors
  private final int outputStride;
  private final int tilesPerRow;
  private final int tileRows;
  private final int bandRows; // rows of tiles in a band
  private final int chunk; // tiles
  private final int[] rows;
  private final float[] transformed;
  private final float[] zeros;

  WinogradConvolution(Convolution convolution) {
    output = convolution.output();
    m = convolution.algorithm() == Convolution.Algorithm.WINOGRAD_2 ? 2 : 4;
    n = m + 2;
    epilogue = Epilogue.of(convolution);
    inputs = convolution.input().channels();
    weights = PackedWeights.blocks(1, output.channels(), inputs);
    System.arraycopy(epilogue.bias(), 0, weights.bias, 0, output.channels());
    inputStride = Window.ceil(inputs, Gemm.LANES) * Gemm.LANES;
    outputStride = weights.bias.length;
    zeros = new float[outputStride];
    tilesPerRow = Window.ceil(output.width(), m);
    tileRows = Window.ceil(output.height(), m);
    band = new PaddedBand(convolution, tilesPerRow * m);
    bandRows = bandRows();
    chunk = inputStride + outputStride <= 128 ? Gemm.PIXELS : Gemm.PIXELS / 2;
    rows = new int[chunk + Gemm.PIXELS / 2];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Math.min(i, chunk - 1) * inputStride;
    }
    transformed = transform(convolution.weights());
  }

  private int bandRows() {
    long products = (long) output.size() * inputs * 9;
    int parts = (int) Math.max(1, Math.min(MAX_PARTS, products / PART_PRODUCTS));
    int target = Math.max(1, tileRows / parts);
    int best = target;
    for (int candidate = target; candidate <= Math.min(tileRows, 2 * target); candidate++) {
      if (products(candidate) < products(best)) {
        best = candidate;
      }
    }
    return best;
  }

  private int products(int bandRows) {
    int pixels = Gemm.pixels(weights.vectors[0]);
    return tileRows / bandRows * Window.ceil(bandRows * tilesPerRow, pixels)
        + Window.ceil(tileRows % bandRows * tilesPerRow, pixels);
  }

  /** The filters, [element][block][c][channel]. */
  private float[] transform(float[] filters) {
    int size = weights.values.length;
    float[] result = new float[n * n * size];
    for (int block = 0; block < weights.vectors.length; block++) {
      int stride = weights.vectors[block] * Gemm.LANES;
      for (int o = 0; o < weights.channels[block]; o++) {
        for (int c = 0; c < inputs; c++) {
          int from = ((weights.channel[block] + o) * inputs + c) * 9;
          double[] elements = Winograd.filter(m, filters, from);
          int to = weights.at(block) + c * stride + o;
          for (int e = 0; e < n * n; e++) {
            result[e * size + to] = (float) elements[e];
          }
        }
      }
    }
    return result;
  }

  @Override
  public int parts() {
    return Window.ceil(tileRows, bandRows);
  }

  // The buffer: the padded map, V, M, a tile half transformed, a tile of results, the epilogue's.

  private int inputPlane() {
    return chunk * inputStride + PLANE_GAP;
  }

  private int outputPlane() {
    return rows.length * outputStride + PLANE_GAP;
  }

  private int inputPlanes() {
    return band.floats(bandRows * m) + Gemm.LANES;
  }

  private int outputPlanes() {
    return inputPlanes() + n * n * inputPlane();
  }

  private int tile() {
    return outputPlanes() + n * n * outputPlane();
  }

  private int result() {
    return tile() + n * n * Math.max(inputStride, outputStride);
  }

  private int free() {
    return result() + m * m * outputStride;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(free() + Epilogue.SCRATCH);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    int first = part * bandRows;
    int count = Math.min(bandRows, tileRows - first);
    band.copy(arena, first * m, count * m, buffer);
    int tiles = count * tilesPerRow;
    for (int from = 0; from < tiles; from += chunk) {
      int inChunk = Math.min(chunk, tiles - from);
      for (int tile = 0; tile < inChunk; tile++) {
        input(buffer, from + tile, tile);
      }
      multiply(buffer, inChunk);
      for (int tile = 0; tile < inChunk; tile++) {
        output(arena, buffer, first * tilesPerRow + from + tile, tile);
      }
    }
    int end = Math.min(output.height(), (first + count) * m);
    epilogue.apply(arena, first * m * output.width(), end * output.width(), buffer, free());
  }

  private void input(float[] buffer, int tile, int slot) {
    int row = tile / tilesPerRow * m;
    int column = tile % tilesPerRow * m;
    int half = tile();
    for (int i = 0; i < n; i++) {
      int at = ((row + i) * band.width() + column) * inputs;
      int to = half + i * n * inputStride;
      Winograd.input(m, buffer, at, inputs, buffer, to, inputStride, inputStride);
    }
    int step = n * inputStride;
    for (int j = 0; j < n; j++) {
      int to = inputPlanes() + j * inputPlane() + slot * inputStride;
      int at = half + j * inputStride;
      Winograd.input(m, buffer, at, step, buffer, to, n * inputPlane(), inputStride);
    }
  }

  private void multiply(float[] buffer, int tiles) {
    for (int element = 0; element < n * n; element++) {
      for (int block = 0; block < weights.vectors.length; block++) {
        int pixels = Gemm.pixels(weights.vectors[block]);
        int channel = weights.begin[block] * Gemm.LANES;
        Gemm.run(
            weights.vectors[block],
            Window.ceil(tiles, pixels) * pixels,
            buffer,
            rows,
            0,
            inputPlanes() + element * inputPlane(),
            transformed,
            element * weights.values.length + weights.at(block),
            inputs,
            zeros,
            channel,
            0,
            buffer,
            outputPlanes() + element * outputPlane() + channel,
            outputStride);
      }
    }
  }

  private void output(float[] arena, float[] buffer, int tile, int slot) {
    int half = tile();
    int from = outputPlanes() + slot * outputStride;
    int toStep = n * outputStride;
    for (int j = 0; j < n; j++) {
      int at = from + j * outputPlane();
      int to = half + j * outputStride;
      Winograd.output(m, buffer, at, n * outputPlane(), buffer, to, toStep, outputStride, zeros);
    }
    int row = tile / tilesPerRow * m;
    int column = tile % tilesPerRow * m;
    int height = Math.min(m, output.height() - row);
    int width = Math.min(m, output.width() - column);
    for (int i = 0; i < height; i++) {
      int to = result() + i * m * outputStride;
      Winograd.output(
          m,
          buffer,
          half + i * toStep,
          outputStride,
          buffer,
          to,
          outputStride,
          outputStride,
          weights.bias);
      int position = (row + i) * output.width() + column;
      epilogue.store(buffer, to, outputStride, arena, position, width, 0, output.channels());
    }
  }
}
