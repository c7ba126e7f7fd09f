package dev.sinter.processor.recipes;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.testing.compile.Compilation;
import dev.sinter.processor.Networks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Reports in a real browser, if there is one: Debian's packages chromium and chromium-driver. With
 * {@code -Dsinter.screenshots=DIR} it leaves pictures.
 */
class ReportInBrowserTest {
  private static final Path BROWSER = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private static final String PACKAGE = "dev.sinter.recipes.";
  private static final Path SAMPLE = Path.of("../sample-app/src/main");

  /** What stands out of its box, or overlaps another. */
  private static final String ILLEGIBLE =
      """
      const bad = [];
      for (const graph of document.querySelectorAll(".graph")) {
        const boxes = [...graph.querySelectorAll("a")];
        const place = box => box.querySelector("rect").getBoundingClientRect();
        for (const [i, box] of boxes.entries()) {
          const r = place(box);
          for (const text of box.querySelectorAll("text")) {
            const t = text.getBoundingClientRect();
            if (t.left < r.left || t.right > r.right || t.top < r.top || t.bottom > r.bottom) {
              bad.push(text.textContent);
            }
          }
          for (const other of boxes.slice(i + 1)) {
            const o = place(other);
            if (o.left < r.right && r.left < o.right && o.top < r.bottom && r.top < o.bottom) {
              bad.push(box.textContent + " / " + other.textContent);
            }
          }
        }
      }
      return bad;
      """;

  /** Each report is compiled once for all tests. */
  @TempDir private static Path folder;

  private ChromeDriver browser;

  private void open(String network, String theme) throws IOException {
    assumeTrue(
        Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER),
        "The report was not tried in a browser: there is no " + BROWSER + " with " + DRIVER);
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
        "--window-size=1400,1050",
        "--user-data-dir=" + folder.resolve("profile-" + network + "-" + theme));
    if (theme.equals("dark")) {
      options.addArguments("--force-dark-mode", "--blink-settings=preferredColorScheme=0");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    browser = new ChromeDriver(service, options);
    browser.get(report(network).toUri().toString());
  }

  private static Path report(String network) throws IOException {
    String type = (network.equals("Digits") ? "dev.sinter.samples.digits." : PACKAGE) + network;
    Path file = folder.resolve("reports/" + type + ".html");
    if (!Files.exists(file)) {
      Path source = RecipesTest.RECIPES.resolve(network + ".java");
      Path weights = folder;
      if (network.equals("Digits")) {
        source = SAMPLE.resolve("java/" + type.replace('.', '/') + ".java");
        weights = SAMPLE.resolve("weights");
      } else {
        RecipeGolden golden = RecipeGolden.of(network);
        golden.weights().write(folder.resolve(golden.file()));
      }
      Compilation compilation =
          Networks.compile(
              weights,
              List.of("-Asinter.report=" + folder.resolve("reports")),
              Networks.source(type, Files.readString(source)));
      assertThat(compilation).succeeded();
    }
    return file;
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  /** A chain, residual sums, and dense concatenations. */
  @ParameterizedTest
  @CsvSource({"Digits, light", "ResNet18, dark", "DenseNet121, light"})
  void graphsAreLegible(String network, String theme) throws IOException {
    open(network, theme);
    assertThat(browser.findElements(By.cssSelector(".graph a")).size()).isGreaterThan(20);
    assertThat((List<?>) browser.executeScript(ILLEGIBLE)).isEmpty();
    browser.findElement(By.cssSelector("a[href^='#compiled-'].weights")).click();
    for (String section : List.of("graph", "folds", "memory")) {
      browser.executeScript("document.getElementById(arguments[0]).scrollIntoView()", section);
      photograph(section + "-" + network.toLowerCase(Locale.ROOT));
    }
    assertThat(messages()).isEmpty();
  }

  @Test
  void clickAndKeysShowALayer() throws IOException {
    open("ResNet18", "light");
    WebElement panel = browser.findElement(By.id("panel"));
    assertThat(panel.isDisplayed()).isFalse();
    WebElement box = browser.findElement(By.cssSelector("a[href^='#compiled-'].weights"));
    box.click();
    assertThat(panel.isDisplayed()).isTrue();
    assertThat(panel.getText()).contains("conv1 + bn1 + relu");
    assertThat(panel.getText()).contains("[64, 3, 7, 7]");
    assertThat(panel.findElements(By.cssSelector(".histogram path"))).hasSize(2);
    browser.switchTo().activeElement().sendKeys(Keys.ESCAPE);
    assertThat(panel.isDisplayed()).isFalse();
    browser.switchTo().activeElement().sendKeys(Keys.ENTER);
    assertThat(panel.isDisplayed()).isTrue();
    assertThat(messages()).isEmpty();
  }

  @Test
  void buttonsAndKeysZoom() throws IOException {
    open("ResNet18", "dark");
    WebElement svg = browser.findElement(By.cssSelector(".view svg"));
    int before = svg.getSize().getWidth();
    browser.findElement(By.cssSelector("button[title='Zoom in']")).click();
    int after = svg.getSize().getWidth();
    assertThat(after).isGreaterThan(before);
    browser.findElement(By.cssSelector(".frame")).sendKeys("-");
    assertThat(svg.getSize().getWidth()).isLessThan(after);
    assertThat(messages()).isEmpty();
    assertThat(browser.findElement(By.tagName("body")).getCssValue("background-color"))
        .isEqualTo("rgba(20, 23, 26, 1)");
  }

  private void photograph(String name) throws IOException {
    String screenshots = System.getProperty("sinter.screenshots");
    if (screenshots != null) {
      Files.createDirectories(Path.of(screenshots));
      Files.write(Path.of(screenshots, name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }
  }

  private List<String> messages() {
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(Object::toString)
        .toList();
  }
}
