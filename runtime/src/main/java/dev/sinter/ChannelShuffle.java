package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The channels dealt out anew, as PyTorch's {@code ChannelShuffle}: read as a matrix [groups,
 * C/groups] they are transposed, so that each group gets channels of all others. Channel g·C/groups
 * + k becomes channel k·groups + g; the shape stays.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface ChannelShuffle {
  /** The number of groups; it divides the channels. */
  int groups();

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
