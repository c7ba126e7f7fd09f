package dev.sinter.samples.digits;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The page in a real browser, if there is one: Debian's packages chromium and chromium-driver. With
 * {@code -Dsinter.screenshots=DIR} it leaves pictures.
 */
@Timeout(120)
final class ServeInBrowserTest {
  private static final Path BROWSER = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  @TempDir Path profile;

  private Server server;
  private ChromeDriver browser;

  private void open(boolean isDark, String size) throws IOException {
    assumeTrue(
        Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER),
        "The page was not tried in a browser: there is no " + BROWSER + " with " + DRIVER);
    server = new Server(0);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(BROWSER.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=" + size,
        "--user-data-dir=" + profile);
    if (isDark) {
      options.addArguments("--force-dark-mode", "--blink-settings=preferredColorScheme=0");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options);
    browser.get(server.address().toString());
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.quit();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void drawsASeven() throws IOException {
    open(false, "1060,1150");
    draw(new int[] {-70, -90}, new int[] {70, -90}, new int[] {-10, 100});
    awaitBest("7");
    assertThat(browser.findElements(By.cssSelector("#layers canvas"))).hasSize(7);
    assertThat(text("time")).matches("One inference: \\d+\\.\\d\\d ms");
    save("light");

    browser.findElement(By.id("clear")).click();
    assertThat(browser.findElements(By.cssSelector("#answers .best"))).isEmpty();
    assertThat(text("time")).isEqualTo("Nothing drawn yet");
    draw(new int[] {0, -100}, new int[] {0, 100});
    awaitBest("1");
    assertThat(messages()).isEmpty();
  }

  @Test
  void barsFollowTheStrokes() throws IOException {
    open(true, "1060,1150");
    draw(new int[] {0, -100}, new int[] {0, 100});
    awaitBest("1");
    int one = width(1);
    draw(new int[] {-80, -100}, new int[] {-80, 0}, new int[] {80, 0});
    awaitBest("4");
    assertThat(width(1)).isLessThan(one);
    assertThat(browser.findElement(By.tagName("body")).getCssValue("background-color"))
        .isEqualTo("rgba(20, 23, 26, 1)");
    save("dark");
    assertThat(messages()).isEmpty();
  }

  @Test
  void fitsAPhone() throws IOException {
    open(false, "500,900");
    draw(new int[] {-70, -90}, new int[] {70, -90}, new int[] {-10, 100});
    awaitBest("7");
    Object overhang =
        browser.executeScript(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(overhang).isEqualTo(0L);
    save("phone");
    assertThat(messages()).isEmpty();
  }

  @Test
  void tellsThatTheProgramHasEnded() throws IOException {
    open(false, "1060,1150");
    server.close();
    draw(new int[] {0, -100}, new int[] {0, 100});
    await("The program has ended", () -> text("time"));
  }

  /** Points are pixels from the paper's middle. */
  private void draw(int[]... points) {
    WebElement paper = browser.findElement(By.id("paper"));
    Actions actions =
        new Actions(browser).moveToElement(paper, points[0][0], points[0][1]).clickAndHold();
    for (int i = 1; i < points.length; i++) {
      actions.moveToElement(paper, points[i][0], points[i][1]);
    }
    actions.release().perform();
  }

  private void awaitBest(String digit) {
    By best = By.cssSelector("#answers .best span");
    await(
        digit,
        () -> browser.findElements(best).stream().map(WebElement::getText).findFirst().orElse(""));
  }

  /** The page answers some time after it is drawn on. */
  private static void await(String expected, Supplier<String> actual) {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!actual.get().equals(expected) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(actual.get()).isEqualTo(expected);
  }

  private int width(int digit) {
    return browser.findElements(By.cssSelector("#answers .bar")).get(digit).getSize().getWidth();
  }

  private String text(String id) {
    return browser.findElement(By.id(id)).getText();
  }

  private void save(String name) throws IOException {
    String screenshots = System.getProperty("sinter.screenshots");
    if (screenshots != null) {
      Files.createDirectories(Path.of(screenshots));
      Files.write(
          Path.of(screenshots, "serve-" + name + ".png"),
          browser.getScreenshotAs(OutputType.BYTES));
    }
  }

  private List<String> messages() {
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::toString)
        .toList();
  }
}
