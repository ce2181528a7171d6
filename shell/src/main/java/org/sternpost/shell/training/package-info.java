/// Runs the built program once on a practice internet, so that the JDK keeps what each start would work out again.
///
/// What it keeps is an AOT cache: classes read, checked and linked, and how often which code ran. One for each kind of
/// start, as all classes of a cache are loaded from the first moment, needed or not. Beside them lie the libraries of
/// machine code that drivers would unpack at each start. Start at [Training], which the build and the launcher script
/// run; the script alone knows the options of Java and which cache is for which start.
@NullMarked
package org.sternpost.shell.training;

import org.jspecify.annotations.NullMarked;
