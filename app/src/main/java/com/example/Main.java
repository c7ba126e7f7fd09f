package com.example;

import dev.sinter.*;
final class Main {
 public static void main(String[] a) {
 float[] pixels = new float[784];
Model digits = SinteredDigits.load();            // immutable, shared by all threads
float[] p = digits.run(pixels);                  // convenience: allocates
try (Session s = digits.newSession()) {          // one thread's working memory, planned while compiling
  s.run(pixels, p);                              // allocates nothing
}

 System.out.println(p.length + " " + digits.backend()); SinteredDigitsSelfTest.run(); System.out.println(digits.backend());
}}
