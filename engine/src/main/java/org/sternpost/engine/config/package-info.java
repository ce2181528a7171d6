/// The settings file `sternpost.yaml` as one record, read by SnakeYAML under limits.
///
/// Start at [Settings]. An unknown key, a bad value or a bad type is an error that names line, reason and remedy.
@NullMarked
package org.sternpost.engine.config;

import org.jspecify.annotations.NullMarked;
