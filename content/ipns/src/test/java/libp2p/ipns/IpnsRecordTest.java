package libp2p.ipns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.testing.Fuzz;
import libp2p.core.testing.Json;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IpnsRecordTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:34:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofHours(1));
    private static final String VALUE = "/ipfs/bafkqaddwgevxmmraojswg33smq";

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = IpnsRecordTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static IpnsRecord open(String file) throws IOException {
        IpnsName name = IpnsName.parse(file.substring(0, file.indexOf('_')));
        return IpnsRecord.open(name, resource("/ipns/" + file + ".ipns-record"), NOW);
    }

    private static void refused(String file, String why) {
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining(why);
    }

    @Test
    void theRecordsOfTheSpecification() throws IOException {
        refused("k51qzi5uqu5dm4tm0wt8srkg9h9suud4wuiwjimndrkydqm81cqtlb5ak6p7ku_v1", "without data");
        assertThat(open("k51qzi5uqu5dlkw8pxuw9qmqayfdeh4kfebhmreauqdc6a7c3y7d5i9fi8mk9w_v1-v2")
                        .value())
                .isEqualTo("/ipfs/bafkqaddwgevxmmraojswg33smq");
        refused("k51qzi5uqu5dlmit2tuwdvnx4sbnyqgmvbxftl0eo3f33wwtb9gr7yozae9kpw_v1-v2-broken-v1-value", "differ");
        refused(
                "k51qzi5uqu5diamp7qnnvs1p1gzmku3eijkeijs3418j23j077zrkok63xdm8c_v1-v2-broken-signature-v2",
                "signature");
        assertThat(open("k51qzi5uqu5dilgf7gorsh9vcqqq4myo6jd4zmqkuy9pxyxi5fua3uf7axph4y_v1-v2-broken-signature-v1")
                        .value())
                .isEqualTo("/ipfs/bafkqahtwgevxmmrao5uxi2bamjzg623fnyqhg2lhnzqxi5lsmuqhmmi");
        assertThat(open("k51qzi5uqu5dit2ku9mutlfgwyz8u730on38kd10m97m36bjt66my99hb6103f_v2")
                        .value())
                .isEqualTo("/ipfs/bafkqadtwgiww63tmpeqhezldn5zgi");
    }

    private static Map<?, ?> records() throws IOException {
        return (Map<?, ?>) Json.parse(new String(resource("/ipns-more/records.json"), StandardCharsets.UTF_8));
    }

    /** Those on which the specification leaves room are not judged. */
    @TestFactory
    List<DynamicTest> theRecordsOfBoxo() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Object item : (List<?>) Objects.requireNonNull(records().get("records"))) {
            Map<?, ?> record = (Map<?, ?>) item;
            if (Boolean.TRUE.equals(record.get("contested"))) {
                continue;
            }
            tests.add(DynamicTest.dynamicTest(String.valueOf(record.get("name")), () -> {
                IpnsName name = IpnsName.parse(String.valueOf(record.get("ipnsName")));
                byte[] bytes = HexFormat.of().parseHex(String.valueOf(record.get("record")));
                assertThat(HexFormat.of().formatHex(name.routingKey())).isEqualTo(record.get("routingKey"));
                if (Boolean.TRUE.equals(record.get("valid"))) {
                    assertThat(IpnsRecord.open(name, bytes, NOW).toBytes()).isEqualTo(bytes);
                } else {
                    assertThatThrownBy(() -> IpnsRecord.open(name, bytes, NOW))
                            .isInstanceOf(InvalidRecordException.class);
                }
            }));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> theChoicesOfBoxo() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Object item : (List<?>) Objects.requireNonNull(records().get("select"))) {
            Map<?, ?> choice = (Map<?, ?>) item;
            tests.add(DynamicTest.dynamicTest(String.valueOf(choice.get("name")), () -> {
                List<byte[]> values = ((List<?>) Objects.requireNonNull(choice.get("records")))
                        .stream()
                                .map(hex -> HexFormat.of().parseHex(String.valueOf(hex)))
                                .toList();
                byte[] key = keyThatFits(values);
                int best = new IpnsValidator(SystemEnvironment.shared()).select(key, values);
                Number expected = (Number) Objects.requireNonNull(choice.get("best"));
                if (expected.intValue() >= 0) {
                    assertThat(best).isEqualTo(expected.intValue());
                }
            }));
        }
        return tests;
    }

    /** The vectors of choices do not say whose records they are. */
    private static byte[] keyThatFits(List<byte[]> values) throws IOException {
        for (Object item : (List<?>) Objects.requireNonNull(records().get("records"))) {
            IpnsName name = IpnsName.parse(String.valueOf(((Map<?, ?>) item).get("ipnsName")));
            for (byte[] value : values) {
                try {
                    IpnsRecord.open(name, value, NOW);
                    return name.routingKey();
                } catch (InvalidRecordException another) {
                    // not of this name
                }
            }
        }
        throw new AssertionError("no name fits");
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void whatIsMadeIsAccepted(KeyType type) throws IOException {
        Identity identity = Identity.generate(type, SystemEnvironment.shared());
        IpnsName name = IpnsName.of(identity.publicKey());
        for (boolean legacyToo : new boolean[] {false, true}) {
            IpnsRecord made = IpnsRecord.create(identity, VALUE, 7, LATER, Duration.ofMinutes(5), legacyToo);
            IpnsRecord read = IpnsRecord.open(name, made.toBytes(), NOW);
            assertThat(read.value()).isEqualTo(VALUE);
            assertThat(read.sequence()).isEqualTo(7);
            assertThat(read.until()).isEqualTo(LATER);
            assertThat(read.ttl()).isEqualTo(Duration.ofMinutes(5));
            assertThatThrownBy(() -> IpnsRecord.open(name, made.toBytes(), LATER))
                    .hasMessageContaining("held until");
        }
    }

    @Test
    void theGreaterSequenceThenTheLaterEndIsBetter() {
        Identity identity = Identity.generate(SystemEnvironment.shared());
        IpnsRecord old = IpnsRecord.create(identity, VALUE, 1, LATER, Duration.ZERO);
        IpnsRecord longer = IpnsRecord.create(identity, VALUE, 1, LATER.plusSeconds(1), Duration.ZERO);
        IpnsRecord newer = IpnsRecord.create(identity, VALUE, -1, NOW.plusSeconds(1), Duration.ZERO);
        assertThat(longer.isBetterThan(old)).isTrue();
        assertThat(old.isBetterThan(longer)).isFalse();
        assertThat(newer.isBetterThan(longer)).isTrue();
        assertThat(old.isBetterThan(old)).isFalse();
    }

    @Test
    void longRecordsAreNotMade() {
        Identity identity = Identity.generate(SystemEnvironment.shared());
        assertThatThrownBy(() -> IpnsRecord.create(identity, "/ipfs/" + "a".repeat(6000), 1, LATER, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10240");
    }

    @Test
    void mutationsAreRefused() {
        Identity identity = Identity.generate(SystemEnvironment.shared());
        IpnsName name = IpnsName.of(identity.publicKey());
        byte[] valid =
                IpnsRecord.create(identity, VALUE, 1, LATER, Duration.ZERO).toBytes();
        Fuzz.run(3, 20_000, List.of(valid), bytes -> IpnsRecord.open(name, bytes, NOW), InvalidRecordException.class);
    }
}
