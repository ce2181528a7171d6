/// To be filled.
@NullMarked
package org.sternpost.shell;

import org.jspecify.annotations.NullMarked;
