package dev.sinter.samples.digits;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ServerTest {
  private static final int PIXELS = Server.SIDE * Server.SIDE;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Server server;

  @BeforeEach
  void start() throws IOException {
    server = new Server(0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void listensOnTheLoopbackAddressAlone() throws IOException {
    assertThat(InetAddress.getByName(server.address().getHost()).isLoopbackAddress()).isTrue();
  }

  @Test
  void pageNeedsNothingFromElsewhere() throws Exception {
    HttpResponse<String> page = send("GET", "", BodyPublishers.noBody());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.body()).doesNotContainMatch("https?://|src=|@import");
    HttpResponse<String> head = send("HEAD", "", BodyPublishers.noBody());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Length"))
        .isEqualTo(page.headers().firstValue("Content-Length"));
  }

  // ---- drawings ----

  @Test
  void readsADrawingAsAPictureOfAFile() throws Exception {
    BufferedImage picture = new BufferedImage(Server.SIDE, Server.SIDE, 10);
    picture.getRaster().setDataElements(0, 0, Server.SIDE, Server.SIDE, drawing(7));
    List<Guess> expected;
    try (Classifier classifier = new Classifier(SinteredDigits.load())) {
      expected = classifier.classify(DigitImage.of(picture));
    }
    HttpResponse<String> answer = post(drawing(7));
    assertThat(answer.statusCode()).isEqualTo(200);
    float[] probabilities = probabilities(answer.body());
    assertThat(expected.get(0).digit()).isEqualTo(7);
    for (Guess guess : expected) {
      assertThat((double) probabilities[guess.digit()]).isEqualTo(guess.probability());
    }
  }

  @Test
  void tellsWhatEachFusedLayerSaw() throws Exception {
    Pattern layer =
        Pattern.compile(
            "\"name\":\"(\\w+)\",\"channels\":(\\d+),\"height\":(\\d+),\"width\":(\\d+)");
    List<String> layers =
        layer
            .matcher(post(drawing(3)).body())
            .results()
            .map(m -> m.group(1) + " " + m.group(2) + " " + m.group(3) + " " + m.group(4))
            .toList();
    assertThat(layers)
        .containsExactly(
            "input 1 28 28",
            "relu1 16 28 28",
            "relu2 32 14 14",
            "relu3 32 14 14",
            "relu4 32 14 14",
            "relu5 48 7 7",
            "relu6 64 7 7")
        .inOrder();
  }

  @Test
  void answersManyAtOnce() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      answers.add(
          client.sendAsync(
              request("POST", "digit", BodyPublishers.ofByteArray(drawing(i % 10))),
              BodyHandlers.ofString()));
    }
    float[][] alone = new float[10][];
    for (int digit = 0; digit < 10; digit++) {
      alone[digit] = probabilities(post(drawing(digit)).body());
    }
    for (int i = 0; i < answers.size(); i++) {
      HttpResponse<String> answer = answers.get(i).get();
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(probabilities(answer.body())).isEqualTo(alone[i % 10]);
    }
  }

  // ---- bad requests ----

  @Test
  void unknownPath() throws Exception {
    assertRefused(send("GET", "digits", BodyPublishers.noBody()), 404, "nothing here");
  }

  @Test
  void wrongMethod() throws Exception {
    HttpResponse<String> page = send("POST", "", BodyPublishers.ofString("7"));
    assertRefused(page, 405, "GET, HEAD");
    assertThat(page.headers().firstValue("Allow")).hasValue("GET, HEAD");
    HttpResponse<String> digit = send("GET", "digit", BodyPublishers.noBody());
    assertRefused(digit, 405, "POST");
    assertThat(digit.headers().firstValue("Allow")).hasValue("POST");
  }

  @Test
  void wrongLength() throws Exception {
    assertRefused(post(new byte[0]), 400, "has 19600 bytes, not 0");
    assertRefused(post(new byte[PIXELS - 1]), 400, "has 19600 bytes, not 19599");
    assertRefused(post(new byte[PIXELS + 1]), 413, "has 19600 bytes, not more");
    // Without a length, the client sends chunks.
    BodyPublisher chunks = BodyPublishers.ofByteArrays(List.of(drawing(7)));
    assertRefused(send("POST", "digit", chunks), 411, "Content-Length");
  }

  @Test
  void emptyDrawing() throws Exception {
    assertRefused(post(new byte[PIXELS]), 400, "The drawing shows nothing");
  }

  @Test
  void goesOnAfterAClientThatLeaves() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Socket socket = new Socket(server.address().getHost(), server.address().getPort())) {
        String head = "POST /digit HTTP/1.1\r\nHost: here\r\nContent-Length: 19600\r\n\r\n7";
        socket.getOutputStream().write(head.getBytes(US_ASCII));
      }
    }
    assertThat(post(drawing(7)).statusCode()).isEqualTo(200);
  }

  // ---- the end ----

  @Test
  void closedServerFreesThePort() throws Exception {
    URI address = server.address();
    assertThat(post(drawing(7)).statusCode()).isEqualTo(200);
    server.close();
    server.await();
    assertThrows(
        ConnectException.class, () -> new Socket(address.getHost(), address.getPort()).close());
    server = new Server(address.getPort());
    assertThat(post(drawing(7)).statusCode()).isEqualTo(200);
  }

  // ---- requests ----

  private HttpResponse<String> post(byte[] body) throws Exception {
    return send("POST", "digit", BodyPublishers.ofByteArray(body));
  }

  private HttpResponse<String> send(String method, String path, BodyPublisher body)
      throws Exception {
    return client.send(request(method, path, body), BodyHandlers.ofString());
  }

  private HttpRequest request(String method, String path, BodyPublisher body) {
    return HttpRequest.newBuilder(server.address().resolve("/" + path))
        .method(method, body)
        .build();
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String message) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(answer.body()).contains(message);
    assertThat(answer.body().lines().count()).isEqualTo(1);
  }

  /** As the page sends it. */
  private static byte[] drawing(int digit) {
    BufferedImage large = new BufferedImage(Server.SIDE, Server.SIDE, BufferedImage.TYPE_INT_RGB);
    var graphics = large.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, Server.SIDE, Server.SIDE);
    graphics.drawImage(Drawing.of(90, Color.BLACK, Color.WHITE).draw(digit), 20, 20, null);
    byte[] levels = new byte[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      levels[i] = (byte) large.getRGB(i % Server.SIDE, i / Server.SIDE);
    }
    return levels;
  }

  private static float[] probabilities(String json) {
    MatchResult match =
        Pattern.compile("\"probabilities\":\\[([^]]*)]").matcher(json).results().findFirst().get();
    String[] numbers = match.group(1).split(",");
    float[] values = new float[numbers.length];
    IntStream.range(0, values.length).forEach(i -> values[i] = Float.parseFloat(numbers[i]));
    return values;
  }
}
