package dev.sinter.vector;

import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Memory;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;

/**
 * A 3 × 3 convolution by {@link Winograd}'s minimal filtering: the map in overlapping tiles of m +
 * 2, each transformed; one product of matrices, tiles by channels, for each of the (m + 2)²
 * elements; back to tiles of m × m. The filters are transformed ahead, in double, and rounded once.
 *
 * <p>A part is a band of tiles, numbered row by row. It goes by chunks of tiles, and these by
 * strips, the tiles of one row: columns are transformed for a whole strip, since neighbouring tiles
 * share them, then the rows of each tile, straight into {@link Gemm}'s panels. On the way back it
 * is rows first, so that the columns' results lie as they do in the output.
 */
final class WinogradConvolution implements Kernel {
  private static final int PART_PRODUCTS = 1_000_000; // some 10 µs
  private static final int MAX_PARTS = 8;
  private static final int LARGE_FILTERS = 500_000; // floats; each part reads them all
  private static final int LARGE_PARTS = 2;
  private static final int PLANE_GAP = 16; // else planes would fall on the same sets of a cache
  private static final int PLANES = 80_000; // floats of V and M, in the second cache
  private static final int GROUP =
      8_000; // floats of a group of tiles on the way back, in the first

  private final Slot output;
  final int m;
  private final int n;
  private final Epilogue epilogue;
  private final PaddedBand band;
  private final PackedWeights weights; // one tap's blocks, for each element of a tile
  private final int inputs;
  private final int inputVectors;
  private final int outputStride; // channels in whole vectors
  private final int tilesPerRow;
  private final int tileRows;
  private final Bands bands; // of tiles
  private final int chunk; // tiles
  private final int group; // tiles
  private final int stripStride;
  // The buffer: the padded map, a strip half transformed, V, M, a group half transformed back, its
  // results, the epilogue's.
  private final int strip;
  private final int inputPlanes;
  private final int inputPlane;
  private final int outputPlanes;
  private final int outputPlane;
  private final int half;
  private final int result;
  private final int free;
  private final float[] transformed;
  private final float[] zeros;
  private final float[] biases; // of the pixels of a group's row

  WinogradConvolution(Convolution convolution) {
    output = convolution.output();
    m = convolution.algorithm() == Convolution.Algorithm.WINOGRAD_2 ? 2 : 4;
    n = m + 2;
    epilogue = Epilogue.of(convolution);
    inputs = convolution.input().channels();
    weights = PackedWeights.blocks(1, output.channels(), inputs);
    inputVectors = Window.ceil(inputs, Gemm.LANES);
    outputStride = weights.bias.length;
    zeros = new float[outputStride];
    tilesPerRow = Window.ceil(output.width(), m);
    tileRows = Window.ceil(output.height(), m);
    band = new PaddedBand(convolution, tilesPerRow * m);
    bands = bands();
    int rows = Math.min(tileRows, (bands.most() + tilesPerRow - 2) / tilesPerRow + 1);
    chunk = chunk(bands.most());
    group = Math.max(1, Math.min(tilesPerRow, GROUP / (n * m * outputStride)));
    biases = new float[group * m * outputStride];
    for (int pixel = 0; pixel < group * m; pixel++) {
      System.arraycopy(epilogue.bias(), 0, biases, pixel * outputStride, output.channels());
    }
    stripStride = Window.ceil(band.width() * inputs, Gemm.LANES) * Gemm.LANES + Gemm.LANES;
    strip = Memory.line(band.floats(rows * m) + 2 * Gemm.LANES);
    inputPlanes = Memory.line(strip + n * stripStride + Gemm.LANES);
    inputPlane = chunk / Gemm.PANEL * Gemm.panelFloats(inputs) + PLANE_GAP;
    outputPlanes = Memory.line(inputPlanes + n * n * inputPlane);
    outputPlane = (chunk + 1) * outputStride + PLANE_GAP;
    half = Memory.line(outputPlanes + n * n * outputPlane);
    result = Memory.line(half + n * biases.length);
    free = result + m * biases.length;
    transformed = transform(convolution.weights());
  }

  /** Each with tiles for a panel. */
  private Bands bands() {
    int panels = tileRows * tilesPerRow / Gemm.PANEL;
    boolean large = n * n * weights.values.length > LARGE_FILTERS;
    long products = (long) output.size() * inputs * 9;
    long parts = Math.min(panels, products / PART_PRODUCTS);
    return Bands.atMost(
        (int) Math.min(large ? LARGE_PARTS : MAX_PARTS, parts), tileRows * tilesPerRow);
  }

  /** Whole panels: as many as leave V and M in the cache. */
  private int chunk(int tiles) {
    int fit = PLANES / (n * n * (inputVectors * Gemm.LANES + outputStride));
    return Math.max(1, Math.min(Gemm.panels(tiles), fit / Gemm.PANEL)) * Gemm.PANEL;
  }

  /** The filters, [element][block][c][channel]. */
  private float[] transform(float[] filters) {
    int size = weights.values.length;
    float[] result = new float[n * n * size];
    double[][] g = Winograd.g(m);
    double[] elements = new double[n * n];
    for (int block = 0; block < weights.vectors.length; block++) {
      int stride = weights.vectors[block] * Gemm.LANES;
      for (int o = 0; o < weights.channels[block]; o++) {
        for (int c = 0; c < inputs; c++) {
          int from = ((weights.channel[block] + o) * inputs + c) * 9;
          Winograd.filter(g, filters, from, elements);
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
    return bands.count();
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(free + Epilogue.SCRATCH);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    int first = bands.from(part) / tilesPerRow; // row of tiles
    int begin = bands.from(part) % tilesPerRow;
    int tiles = begin + bands.lines(part);
    band.copy(arena, first * m, Window.ceil(tiles, tilesPerRow) * m, buffer);
    for (int from = begin, end; from < tiles; from = end) {
      end = tiles - from <= chunk + 1 ? tiles : from + chunk;
      for (int tile = from, to; tile < end; tile = to) {
        to = Math.min(end, tile - tile % tilesPerRow + tilesPerRow);
        input(buffer, tile, to - tile, tile - from, end - from);
      }
      multiply(buffer, end - from);
      for (int tile = from, to; tile < end; tile = to) {
        to = Math.min(end, tile - tile % tilesPerRow + tilesPerRow);
        to = Math.min(to, tile + group);
        output(arena, buffer, first, tile, to - tile, tile - from);
      }
    }
  }

  /** Transforms tiles of one row into the slots of V from {@code slot} on, of so many. */
  private void input(float[] buffer, int tile, int tiles, int slot, int slots) {
    int row = tile / tilesPerRow * m;
    int column = tile % tilesPerRow * m;
    int stride = band.width() * inputs;
    Winograd.input(
        m,
        buffer,
        row * stride + column * inputs,
        stride,
        buffer,
        strip,
        stripStride,
        (tiles * m + 2) * inputs);
    int panelFloats = Gemm.panelFloats(inputs);
    for (int done = 0, count; done < tiles; done += count) {
      int panel = Math.min((slot + done) / Gemm.PANEL, Gemm.panels(slots) - 1);
      int place = slot + done - panel * Gemm.PANEL;
      count = Math.min(tiles - done, Gemm.next(slots - panel * Gemm.PANEL) - place);
      int to = inputPlanes + panel * panelFloats + place * Gemm.LANES;
      for (int i = 0; i < n; i++) {
        Winograd.panels(
            m,
            buffer,
            strip + i * stripStride + done * m * inputs,
            inputs,
            m * inputs,
            buffer,
            to + i * n * inputPlane,
            inputPlane,
            count,
            inputs);
      }
    }
  }

  private void multiply(float[] buffer, int tiles) {
    int panelFloats = Gemm.panelFloats(inputs);
    for (int element = 0; element < n * n; element++) {
      for (int block = 0; block < weights.vectors.length; block++) {
        int channel = weights.begin[block] * Gemm.LANES;
        for (int slot = 0, count; slot < tiles; slot += count) {
          count = Gemm.next(tiles - slot);
          Gemm.run(
              weights.vectors[block],
              count,
              buffer,
              inputPlanes + element * inputPlane + slot / Gemm.PANEL * panelFloats,
              Gemm.PLACES - 1,
              transformed,
              element * weights.values.length + weights.at(block),
              inputs,
              zeros,
              0,
              0,
              buffer,
              outputPlanes + element * outputPlane + slot * outputStride + channel,
              outputStride);
        }
      }
    }
  }

  /** Transforms tiles of one row back and stores them. */
  private void output(float[] arena, float[] buffer, int first, int tile, int tiles, int slot) {
    int length = biases.length;
    for (int i = 0; i < n; i++) {
      int from = outputPlanes + i * n * outputPlane + slot * outputStride;
      Winograd.output(
          m,
          buffer,
          from,
          outputPlane,
          buffer,
          half + i * length,
          outputStride,
          m * outputStride,
          tiles,
          outputStride,
          zeros);
    }
    int floats = tiles * m * outputStride;
    Winograd.output(m, buffer, half, length, buffer, result, length, 0, 1, floats, biases);
    int row = (first + tile / tilesPerRow) * m;
    int column = tile % tilesPerRow * m;
    int height = Math.min(m, output.height() - row);
    int width = Math.min(tiles * m, output.width() - column);
    for (int i = 0; i < height; i++) {
      int position = (row + i) * output.width() + column;
      int from = result + i * length;
      epilogue.store(buffer, from, outputStride, arena, position, width, 0, output.channels());
      epilogue.apply(arena, position, position + width, buffer, free);
    }
  }
}
