package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A message that waits and cannot be sent, because the disk did not keep all of it. Nothing of it is removed.
///
/// @param id      as its rows have it; `content 17` when no row is left that says
/// @param shown   as its rows have it, right or wrong
/// @param content the number of its content, where its rows are whole and say so
/// @param why     what is damaged, with its place
public record DamagedMessage(String id, Shown shown, Optional<Long> content, String why) {

    /// What an operator may recognise a message by.
    public record Shown(String sender, List<String> recipients, String subject, long size, Instant received,
            Instant expires) {

        static final Shown NOTHING = new Shown("", List.of(), "", 0, Instant.EPOCH, Instant.EPOCH);

        public Shown { recipients = List.copyOf(recipients); }
    }
}
