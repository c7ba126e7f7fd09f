package dev.sinter.samples.digits;

/** A digit, and the probability in [0, 1] that it is the one in the picture. */
record Guess(int digit, double probability) {}
