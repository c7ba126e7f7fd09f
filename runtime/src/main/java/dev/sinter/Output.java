package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a layer as an output, beside its own annotation: of the network, or, in a {@link Block}, as
 * something that can be read from outside under the names of both, as {@code "layer1.bn"}. The last
 * field is one anyway.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Output {}
