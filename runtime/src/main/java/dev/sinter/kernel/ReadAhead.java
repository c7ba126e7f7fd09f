package dev.sinter.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A stream in chunks. Of a large one another thread reads, and unpacks, the next chunks while the
 * last ones are used: that takes as long as building the kernels.
 */
final class ReadAhead implements Closeable {
  private static final int CHUNKS = 32;
  private static final long LARGE = 4 << 20; // bytes, which take some 30 ms to unpack

  /** Some bytes in a row; fewer than there is room for only where the stream ends or fails. */
  static final class Chunk {
    final byte[] bytes = new byte[1 << 16];
    int length;
    @Nullable IOException failure; // behind them
  }

  private final InputStream stream;
  private final CRC32 checksum = new CRC32(); // of what was read
  private final ArrayBlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS + 1);
  private final ArrayBlockingQueue<Chunk> filled = new ArrayBlockingQueue<>(CHUNKS + 1);
  private final Chunk stop = new Chunk(); // among the free ones: no more are wanted
  private final @Nullable Thread reader;
  private Chunk current = new Chunk();
  private boolean ended;
  private volatile boolean closed; // else the reader would fill all free chunks first

  /**
   * Starts to read.
   *
   * @param bytes about how long the stream is
   */
  ReadAhead(InputStream stream, String name, long bytes) {
    this.stream = stream;
    reader = bytes < LARGE ? null : start(name);
  }

  private @Nullable Thread start(String name) {
    for (int k = 1; k < CHUNKS; k++) {
      free.add(new Chunk());
    }
    Thread thread = new Thread(this::readAll, "sinter-read-" + name);
    thread.setDaemon(true);
    try {
      thread.start();
      return thread;
    } catch (OutOfMemoryError e) { // no thread is to be had
      return null;
    }
  }

  /** The next chunk, which is valid until the next call; empty from the end on. */
  Chunk next() throws IOException {
    if (!ended) {
      if (reader == null) {
        fill(current);
      } else {
        free.add(current);
        current = take(filled);
      }
      ended = current.length < current.bytes.length;
    } else {
      current.length = 0;
    }
    if (current.length == 0 && current.failure != null) {
      throw current.failure;
    }
    return current;
  }

  /** The CRC-32 of all bytes. After the last chunk. */
  long checksum() {
    return checksum.getValue();
  }

  private void readAll() {
    boolean more = true;
    while (more) {
      Chunk chunk = take(free);
      if (chunk == stop || closed) {
        return;
      }
      fill(chunk);
      more = chunk.length == chunk.bytes.length;
      filled.add(chunk);
    }
  }

  private void fill(Chunk chunk) {
    int length = 0;
    try {
      while (length < chunk.bytes.length) {
        int count = stream.read(chunk.bytes, length, chunk.bytes.length - length);
        if (count < 0) {
          break;
        }
        length += count;
      }
    } catch (IOException e) {
      chunk.failure = e;
    } catch (Throwable e) { // else whoever waits would wait for ever
      chunk.failure = new IOException(e);
    }
    checksum.update(chunk.bytes, 0, length);
    chunk.length = length;
  }

  private static Chunk take(ArrayBlockingQueue<Chunk> queue) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return queue.take();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      closed = true;
      free.add(stop);
      join(reader);
    }
    stream.close();
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
