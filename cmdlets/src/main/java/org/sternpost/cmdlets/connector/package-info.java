/// What an operator says about outbound connectors, under Exchange's names.
///
/// Start at [SetOutboundConnector]. Left out: Exchange's parameters for hybrid set-ups and transport rules.
@NullMarked
package org.sternpost.cmdlets.connector;

import org.jspecify.annotations.NullMarked;
