package dev.sinter.samples.digits;

import org.junit.jupiter.api.Test;

/** The self-tests that were generated: the networks as compiled answer what was declared. */
final class SelfTestTest {
  @Test
  void digits() {
    SinteredDigitsSelfTest.run();
  }

  @Test
  void layers() {
    SinteredDigitsLayersSelfTest.run();
  }
}
