package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Ret;
import org.sternpost.engine.time.SimTime;

/// What a transaction carries is what the envelope said.
class ParcelsTest {

    private final SimTime time = new SimTime();

    @ParameterizedTest
    @EnumSource(Ret.class)
    void whatShallComeBackGoesWithTheMessage(Ret wish) {
        var connector = Cargo.connector(time, "c", TlsValidation.Disabled, TlsSettings.EncryptionOnly, 1);
        var mail = new Cargo(time).mail(connector, "y.example", false, wish);
        assertEquals(wish, Parcels.of(mail, mail.recipients()).asked().ret());
    }
}
