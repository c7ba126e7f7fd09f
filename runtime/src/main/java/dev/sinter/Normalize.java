package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** (x − mean)/std for each channel, as torchvision's {@code Normalize}. The shape stays. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Normalize {
  /** One mean for each channel, or one for all. */
  double[] mean();

  /** One standard deviation for each channel, or one for all; none is 0. */
  double[] std();

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
