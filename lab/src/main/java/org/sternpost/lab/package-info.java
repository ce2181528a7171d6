/// To be filled.
@NullMarked
package org.sternpost.lab;

import org.jspecify.annotations.NullMarked;
