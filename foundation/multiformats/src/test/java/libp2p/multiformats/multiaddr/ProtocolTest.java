package libp2p.multiformats.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProtocolTest {
    @Test
    void hasEveryProtocolOfTheTable() {
        for (String[] row : Vectors.rows("multiaddr/protocols.csv")) {
            Protocol protocol = Protocol.of(row[2]);
            assertThat(protocol).as(row[2]).isNotNull();
            assertThat(protocol.code()).isEqualTo(Integer.parseInt(row[0]));
            if (protocol == Protocol.MEMORY) {
                // The table says that the length varies; the reference implementation has always used 8 bytes.
                assertThat(protocol.size()).isEqualTo(8);
            } else {
                assertThat(protocol.size())
                        .as(row[2])
                        .isEqualTo(row[1].equals("V") ? -1 : Integer.parseInt(row[1]) / 8);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void isFoundByCodeAndName(Protocol protocol) {
        assertThat(Protocol.of(protocol.code())).isEqualTo(protocol);
        assertThat(Protocol.of(protocol.label())).isEqualTo(protocol);
        String codec = protocol == Protocol.MEMORY ? "memorytransport" : protocol.label();
        assertThat(Multicodec.name(protocol.code())).isEqualTo(codec);
        assertThat(protocol).hasToString(protocol.label());
    }

    @Test
    void findsNothingElse() {
        for (String name : Set.of("", "ip", "ip44", "IP4", "ip4 ", "quic-v2", "\0")) {
            assertThat(Protocol.of(name)).as(name).isNull();
        }
        for (long code : new long[] {-1, 0, 5, 1023, 1024, 7367778, Long.MAX_VALUE, (1L << 32) + 4}) {
            assertThat(Protocol.of(code)).as("%d", code).isNull();
        }
    }

    @Test
    void onlyUnixIsAPath() {
        for (Protocol protocol : Protocol.values()) {
            assertThat(protocol.isPath()).isEqualTo(protocol == Protocol.UNIX);
        }
        assertThat(Protocol.UNIX.hasValue()).isTrue();
        assertThat(Protocol.WS.hasValue()).isFalse();
    }
}
