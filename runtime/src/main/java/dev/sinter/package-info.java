/**
 * Declaring networks and running compiled ones. A class annotated {@link dev.sinter.Network}
 * declares a network with its fields; the processor generates a class whose {@code load()} gives a
 * {@link dev.sinter.Model}; a {@link dev.sinter.Session} runs it. The annotations stand beside what
 * runs because generated code needs this jar anyway, and nothing else.
 *
 * <h2>In five minutes: from trained weights to a prediction</h2>
 *
 * <p>You need a JDK, 17 or newer, and Maven. A folder gets four files.
 *
 * <p>1. {@code src/main/weights/iris/iris.safetensors}: what PyTorch has trained.
 *
 * <pre>{@code
 * from collections import OrderedDict
 * from safetensors.torch import save_file
 * from torch import nn
 * model = nn.Sequential(OrderedDict(
 *     hidden=nn.Linear(4, 8), norm=nn.BatchNorm1d(8), relu=nn.ReLU(),
 *     scores=nn.Linear(8, 3), species=nn.Softmax(1)))
 * ...  # train it
 * save_file(model.state_dict(), "src/main/weights/iris/iris.safetensors")
 * }</pre>
 *
 * <p>2. {@code pom.xml}: the runtime for the program, the processor for the compiler. Maven does
 * not see that weights have changed; Ant's {@code dependset} does, and deletes what was compiled
 * before.
 *
 * <pre>{@code
 * <project xmlns="http://maven.apache.org/POM/4.0.0">
 *   <modelVersion>4.0.0</modelVersion>
 *   <groupId>iris</groupId>
 *   <artifactId>iris</artifactId>
 *   <version>1</version>
 *   <properties>
 *     <maven.compiler.release>17</maven.compiler.release>
 *     <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
 *   </properties>
 *   <dependencies>
 *     <dependency>
 *       <groupId>dev.sinter</groupId>
 *       <artifactId>sinter-runtime</artifactId>
 *       <version>0.1.0-SNAPSHOT</version>
 *     </dependency>
 *   </dependencies>
 *   <build>
 *     <plugins>
 *       <plugin>
 *         <artifactId>maven-compiler-plugin</artifactId>
 *         <version>3.14.1</version>
 *         <configuration>
 *           <annotationProcessorPaths>
 *             <path>
 *               <groupId>dev.sinter</groupId>
 *               <artifactId>sinter-processor</artifactId>
 *               <version>0.1.0-SNAPSHOT</version>
 *             </path>
 *           </annotationProcessorPaths>
 *           <compilerArgs>
 *             <arg>-Asinter.weights=${project.basedir}/src/main/weights</arg>
 *           </compilerArgs>
 *         </configuration>
 *       </plugin>
 *       <plugin>
 *         <artifactId>maven-antrun-plugin</artifactId>
 *         <version>3.2.0</version>
 *         <executions>
 *           <execution>
 *             <id>new-weights</id>
 *             <phase>generate-sources</phase>
 *             <goals><goal>run</goal></goals>
 *             <configuration>
 *               <target>
 *                 <dependset>
 *                   <srcfileset dir="src/main" excludes="java/iris/*.java"/>
 *                   <targetfileset dir="target/classes" includes="iris/"/>
 *                 </dependset>
 *               </target>
 *             </configuration>
 *           </execution>
 *         </executions>
 *       </plugin>
 *     </plugins>
 *   </build>
 * </project>
 * }</pre>
 *
 * <p>3. {@code src/main/java/iris/Iris.java}: the network, a field for each layer, named as its
 * tensors.
 *
 * <pre>{@code
 * package iris;
 *
 * import dev.sinter.Activation;
 * import dev.sinter.BatchNorm;
 * import dev.sinter.Layer;
 * import dev.sinter.Linear;
 * import dev.sinter.Network;
 * import dev.sinter.Softmax;
 *
 * @Network(input = 4, weights = "iris.safetensors")
 * final class Iris {
 *   @Linear Layer hidden;
 *   @BatchNorm Layer norm;
 *   @Activation(Activation.Function.RELU) Layer relu;
 *   @Linear Layer scores;
 *   @Softmax Layer species;
 * }
 * }</pre>
 *
 * <p>4. {@code src/main/java/iris/Main.java}: a program. {@code SinteredIris} is generated, with
 * the batch normalization folded into {@code hidden}.
 *
 * <pre>{@code
 * package iris;
 *
 * import dev.sinter.Model;
 *
 * public final class Main {
 *   public static void main(String[] args) {
 *     Model iris = SinteredIris.load();
 *     float[] species = iris.run(new float[] {5.1f, 3.5f, 1.4f, 0.2f});
 *     System.out.printf(
 *         "setosa %.2f, versicolor %.2f, virginica %.2f%n", species[0], species[1], species[2]);
 *   }
 * }
 * }</pre>
 *
 * <p>Then {@code mvn compile exec:java -Dexec.mainClass=iris.Main} says what was folded, and prints
 * three probabilities.
 */
@NullMarked
package dev.sinter;

import org.jspecify.annotations.NullMarked;
