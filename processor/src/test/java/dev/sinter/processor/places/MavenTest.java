package dev.sinter.processor.places;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Maven's compiler plugin when something has changed since the last build. It is the plugin that
 * builds Sinter itself, so nothing needs the net. As nothing of Sinter is installed, the processor
 * comes by javac's own option; what the plugin takes for stale does not depend on that.
 */
final class MavenTest {
  private static final String PLUGIN = "org.apache.maven.plugins:maven-compiler-plugin:3.14.1:";

  private static final String POM =
      """
      <project>
        <modelVersion>4.0.0</modelVersion>
        <groupId>app</groupId>
        <artifactId>app</artifactId>
        <version>1</version>
        <properties>
          <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          <maven.compiler.release>17</maven.compiler.release>
        </properties>
        <dependencies>
          <dependency>
            <groupId>dev.sinter</groupId>
            <artifactId>sinter-runtime</artifactId>
            <version>1</version>
            <scope>system</scope>
            <systemPath>${project.basedir}/runtime.jar</systemPath>
          </dependency>
        </dependencies>
        <build>
          <sourceDirectory>sources</sourceDirectory>
          <plugins>
            <plugin>
              <groupId>org.apache.maven.plugins</groupId>
              <artifactId>maven-compiler-plugin</artifactId>
              <version>3.14.1</version>
              <configuration>
                <compilerArgs>
                  <arg>-processorpath</arg>
                  <arg>%s</arg>
                  <arg>-processor</arg>
                  <arg>dev.sinter.processor.SinterProcessor</arg>
                  <arg>-Asinter.weights=${project.basedir}/sources</arg>
                </compilerArgs>
              </configuration>
            </plugin>
          </plugins>
        </build>
      </project>
      """;

  @TempDir private Path folder;
  private Application application;
  private Path maven;

  @BeforeEach
  void writeProject() throws IOException {
    Optional<Path> found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(directory -> Path.of(directory, "mvn"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "Not tested: there is no mvn on the PATH.");
    maven = found.get();
    application = new Application(folder);
    Files.write(folder.resolve("runtime.jar"), Jars.runtime());
    Files.writeString(folder.resolve("pom.xml"), POM.formatted(processorPath()));
  }

  private static String processorPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(path.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().normalize().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** It looks at sources only: with new weights one of them must be new too. */
  @Test
  void compilesAgainWithChangedSources() throws Exception {
    mvn();
    assertThat(isCompiled("SinteredInside_Conv1")).isTrue();

    application.edit();
    mvn();
    assertThat(isCompiled("SinteredInside_Stem")).isTrue();
    assertThat(isCompiled("SinteredInside_Conv1")).isFalse();
    String edited = answer();
    assertThat(edited).isEqualTo(expected("edited"));

    application.train(1);
    mvn();
    assertThat(answer()).isEqualTo(edited);

    Path network = folder.resolve("sources/nets/Inside.java");
    Files.setLastModifiedTime(network, FileTime.from(Instant.now()));
    mvn();
    assertThat(answer()).isNotEqualTo(edited);
    assertThat(answer()).isEqualTo(expected("trained"));
  }

  private boolean isCompiled(String type) {
    return Files.exists(folder.resolve("target/classes/nets/" + type + ".class"));
  }

  private String answer() throws IOException, InterruptedException {
    return application.answer(folder.resolve("target/classes"), Application.RUNTIME);
  }

  /** What the sources and weights as they are now say when nothing was compiled before. */
  private String expected(String name) throws IOException, InterruptedException {
    return application.answer(application.compile(name), Application.RUNTIME);
  }

  private void mvn() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(maven.toString(), "-o", "-B", "-ntp"));
    String repository = System.getProperty("localRepository");
    if (repository != null) {
      command.add("-Dmaven.repo.local=" + repository);
    }
    command.add(PLUGIN + "compile");
    Path log = folder.resolve("maven.log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("MAVEN_OPTS");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int status = process.waitFor();
    assertWithMessage("%s", Files.readString(log)).that(status).isEqualTo(0);
  }
}
