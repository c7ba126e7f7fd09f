package dev.sinter.samples.digits;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sinter.Model;
import java.awt.image.BufferedImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves a page to draw digits on, to this computer alone: {@code GET /} gives it, {@code POST
 * /digit} reads a drawing.
 */
final class Server implements AutoCloseable {
  /**
   * The width and height of a drawing, which is sent row by row, a byte to a pixel, 0 for black.
   */
  static final int SIDE = 140;

  private static final int THREADS = 8;

  private static final String TEXT = "text/plain; charset=utf-8";

  private final Model digits = SinteredDigits.load();
  private final Model digitsLayers = SinteredDigitsLayers.load();
  private final byte[] page = page();
  private final HttpServer http;
  private final ExecutorService threads;
  private final CountDownLatch end = new CountDownLatch(1);

  /**
   * Starts to serve.
   *
   * @param port 0 for any that is free
   * @throws java.net.BindException if the port cannot be had
   */
  Server(int port) throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    threads = Executors.newFixedThreadPool(THREADS);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  private static byte[] page() throws IOException {
    try (InputStream stream = Server.class.getResourceAsStream("page.html")) {
      if (stream == null) {
        throw new FileNotFoundException("page.html");
      }
      return stream.readAllBytes();
    }
  }

  /** Where the page is. */
  URI address() {
    InetSocketAddress bound = http.getAddress();
    String host = bound.getAddress().getHostAddress();
    String name = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + name + ":" + bound.getPort() + "/");
  }

  /** Returns once the server is closed, or the thread is interrupted. */
  void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
    end.countDown();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      switch (exchange.getRequestURI().getPath()) {
        case "/" -> {
          allow(exchange, "GET", "HEAD");
          send(exchange, 200, "text/html; charset=utf-8", page);
        }
        case "/digit" -> {
          allow(exchange, "POST");
          BufferedImage drawing = drawing(exchange);
          send(exchange, 200, "application/json", read(drawing).toJson().getBytes(UTF_8));
        }
        default -> throw new RefusedException(404, "There is nothing here; the page is at /");
      }
    } catch (RefusedException e) {
      send(exchange, e.status, TEXT, (e.getMessage() + "\n").getBytes(UTF_8));
    } finally {
      exchange.close(); // only now: a refusal has to be sent as well
    }
  }

  private static void allow(HttpExchange exchange, String... methods) throws RefusedException {
    for (String method : methods) {
      if (exchange.getRequestMethod().equals(method)) {
        return;
      }
    }
    String allowed = String.join(", ", methods);
    exchange.getResponseHeaders().set("Allow", allowed);
    throw new RefusedException(405, "Only " + allowed + " can be asked for here");
  }

  private static BufferedImage drawing(HttpExchange exchange) throws IOException, RefusedException {
    int pixels = SIDE * SIDE;
    String sent = exchange.getRequestHeaders().getFirst("Content-Length");
    if (sent == null) {
      throw new RefusedException(411, "A drawing comes with its Content-Length, " + pixels);
    }
    if (!sent.matches("\\d{1,9}") || Integer.parseInt(sent) > pixels) {
      throw new RefusedException(413, "A drawing has " + pixels + " bytes, not more");
    }
    byte[] levels = exchange.getRequestBody().readNBytes(pixels);
    if (levels.length < pixels) {
      throw new RefusedException(400, "A drawing has " + pixels + " bytes, not " + levels.length);
    }
    BufferedImage drawing = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    drawing.getRaster().setDataElements(0, 0, SIDE, SIDE, levels);
    return drawing;
  }

  private Reading read(BufferedImage drawing) throws RefusedException {
    try {
      return Reading.of(DigitImage.of(drawing), digits, digitsLayers);
    } catch (PictureException e) {
      throw new RefusedException(400, "The drawing " + e.getMessage());
    }
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
            + " connect-src 'self'; img-src data:");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
