/// Writes the descriptor of each cmdlet from its annotations, as code, when the cmdlet is compiled.
///
/// A program that reads annotations when it runs has the JDK make a class for each kind of them, and each start reads
/// them again. So nobody reads them then, and what is wrong with one is an error of the compiler, with its place and
/// what to do. Start at [DescriptorProcessor], which javac calls. Knows the annotations of `org.sternpost.cmdlets` by
/// their names, since those are compiled after it.
@NullMarked
package org.sternpost.buildtools.descriptor;

import org.jspecify.annotations.NullMarked;
