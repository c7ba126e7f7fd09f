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
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
 * The report of ResNet-18 in a real browser, if there is one: Debian's packages chromium and
 * chromium-driver. With {@code -Dsinter.screenshots=DIR} it leaves pictures in both themes.
 */
class ReportInBrowserTest {
  private static final Path BROWSER = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  /** The report is compiled once for all tests. */
  @TempDir private static Path folder;

  private String theme = "light";
  private ChromeDriver browser;

  private void open(String wanted) throws IOException {
    theme = wanted;
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
        "--window-size=1500,1200",
        "--user-data-dir=" + folder.resolve("profile-" + theme));
    if (theme.equals("dark")) {
      options.addArguments("--force-dark-mode", "--blink-settings=preferredColorScheme=0");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    browser = new ChromeDriver(service, options);
    browser.get(report().toUri().toString());
  }

  private Path report() throws IOException {
    Path file = folder.resolve("reports/dev.sinter.recipes.ResNet18.html");
    if (!Files.exists(file)) {
      RecipeGolden golden = RecipeGolden.of("ResNet18");
      golden.weights().write(folder.resolve(golden.file()));
      String source = Files.readString(RecipesTest.RECIPES.resolve("ResNet18.java"));
      Compilation compilation =
          Networks.compile(
              folder,
              List.of("-Asinter.report=" + folder.resolve("reports")),
              Networks.source("dev.sinter.recipes.ResNet18", source));
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

  @Test
  void clickAndKeysShowALayer() throws IOException {
    open("light");
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
    open("dark");
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

  private List<String> messages() throws IOException {
    String screenshots = System.getProperty("sinter.screenshots");
    if (screenshots != null) {
      Files.createDirectories(Path.of(screenshots));
      Files.write(
          Path.of(screenshots, "report-" + theme + ".png"),
          browser.getScreenshotAs(OutputType.BYTES));
    }
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(Object::toString)
        .toList();
  }
}
