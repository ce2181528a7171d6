/// Puts plain code into the program's classes where javac leaves it to the JDK to make some when it runs.
///
/// A pattern switch, and `equals`, `hashCode` and `toString` of a record, are calls whose target the JDK works out on
/// first use, by classes made on the spot. Its AOT cache keeps those of lambdas and of texts put together, not these
/// (JDK 25): some 12 switches and two records took a tenth of a command's CPU. What is written here says the same, of
/// the same classes, so that the sources may say it in the way that reads best. Nor does the cache keep classes of a
/// signed jar, so signatures are taken away. Start at [PlainJars], which the build of the distribution runs; knows
/// class files, and nothing of mail.
@NullMarked
package org.sternpost.buildtools.plain;

import org.jspecify.annotations.NullMarked;
