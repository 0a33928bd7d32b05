package libp2p.ipns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import libp2p.core.identity.Identity;
import libp2p.core.record.InvalidRecordException;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** The records of a name that a DHT and a topic take. */
class IpnsValidatorTest {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant LATER = Instant.parse("2999-01-01T00:00:00Z");

    private final Identity identity = Identity.generate(SystemEnvironment.shared());
    private final IpnsValidator validator = new IpnsValidator(SystemEnvironment.shared());
    private final byte[] key = IpnsName.of(identity.publicKey()).routingKey();

    private byte[] record(long sequence, Instant until) {
        return IpnsRecord.create(identity, "/ipfs/bafkqaaa", sequence, until, Duration.ZERO)
                .toBytes();
    }

    @Test
    void aRecordIsTakenUntilItEndsToHold() {
        assertThatCode(() -> validator.validate(key, record(1, LATER))).doesNotThrowAnyException();
        assertThatThrownBy(() -> validator.validate(key, record(1, LONG_AGO)))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("held until");
    }

    @Test
    void theNewestIsChosenThoughItHasExpired() {
        assertThat(validator.select(key, List.of(record(1, LATER), record(3, LONG_AGO), record(2, LATER))))
                .isEqualTo(1);
    }

    @Test
    void aRecordOfAnotherNameIsRefused() {
        byte[] other = IpnsName.of(Identity.generate(SystemEnvironment.shared()).publicKey())
                .routingKey();
        assertThatThrownBy(() -> validator.validate(other, record(1, LATER)))
                .isInstanceOf(InvalidRecordException.class);
    }
}
