/** The jars as they are published: what stands in them, and what compilers make with them. */
package dev.sinter.published;
