package dev.sinter.processor;

import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import dev.sinter.Model;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaFileObject;

/** Compiles declared networks in memory, and loads what comes of them. */
public final class Networks {
  private Networks() {}

  /** A network {@code X} in the package {@code p}, with the fields given. */
  public static JavaFileObject network(String arguments, String fields) {
    return source("p.X", text(arguments, fields));
  }

  /** The source of such a network. */
  static String text(String arguments, String fields) {
    return """
    package p;
    import static dev.sinter.Activation.Function.*;
    import dev.sinter.*;
    @Network(%s)
    public class X {
    %s
    }
    """
        .formatted(arguments, fields);
  }

  public static JavaFileObject source(String name, String text) {
    return JavaFileObjects.forSourceString(name, text);
  }

  /** Compiles with weights from a folder. */
  public static Compilation compile(Path weights, List<String> options, JavaFileObject... sources) {
    List<String> all = new ArrayList<>(options);
    all.add("-Asinter.weights=" + weights);
    return javac().withProcessors(new SinterProcessor()).withOptions(all).compile(sources);
  }

  /** Loads a compiled network by the name of its generated class. */
  public static Model load(Compilation compilation, String type) {
    try {
      Method load = type(compilation, type).getDeclaredMethod("load");
      load.setAccessible(true);
      return (Model) load.invoke(null);
    } catch (ReflectiveOperationException failed) {
      throw new AssertionError(failed);
    }
  }

  /** A generated class. */
  static Class<?> type(Compilation compilation, String type) {
    if (compilation.status() == Compilation.Status.FAILURE) {
      throw new AssertionError("does not compile: " + compilation.diagnostics());
    }
    try {
      return loader(compilation).loadClass(type);
    } catch (ClassNotFoundException failed) {
      throw new AssertionError(failed);
    }
  }

  /** The compiled classes and resources by their path. */
  public static Map<String, byte[]> files(Compilation compilation) {
    Map<String, byte[]> files = new HashMap<>();
    for (JavaFileObject file : compilation.generatedFiles()) {
      try (InputStream in = file.openInputStream()) {
        files.put(file.getName().replaceFirst("^/[A-Z_]+/", ""), in.readAllBytes());
      } catch (FileNotFoundException unwritten) {
        // A place where a file was looked for.
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
    return files;
  }

  /** The compiled classes. */
  public static ClassLoader loader(Compilation compilation) {
    Map<String, byte[]> files = files(compilation);
    return new ClassLoader(Networks.class.getClassLoader()) {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = files.get(name.replace('.', '/') + ".class");
        if (bytes == null) {
          throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
      }

      @Override
      public InputStream getResourceAsStream(String name) {
        byte[] bytes = files.get(name);
        return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
      }
    };
  }
}
