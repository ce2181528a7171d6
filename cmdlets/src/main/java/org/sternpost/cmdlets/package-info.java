/// To be filled.
@NullMarked
package org.sternpost.cmdlets;

import org.jspecify.annotations.NullMarked;
