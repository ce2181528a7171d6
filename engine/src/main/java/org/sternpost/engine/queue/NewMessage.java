package org.sternpost.engine.queue;

import org.sternpost.engine.store.Content;

/// A message about to enter the queue, with the route of each recipient. Only `intake.Acceptance` makes one.
public record NewMessage(MessageRow row, Content content) {}
