package libp2p.discovery.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.protobuf.ProtobufException;
import libp2p.discovery.rendezvous.RendezvousMessage.Discover;
import libp2p.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import libp2p.discovery.rendezvous.RendezvousMessage.Register;
import libp2p.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import libp2p.discovery.rendezvous.RendezvousMessage.Unregister;
import org.junit.jupiter.api.Test;

class RendezvousMessageTest {
    private static String hex(RendezvousMessage message) {
        return HexFormat.of().formatHex(RendezvousMessage.CODEC.encode(message));
    }

    private static RendezvousMessage read(String hex) throws Exception {
        return RendezvousMessage.CODEC.decode(HexFormat.of().parseHex(hex));
    }

    @Test
    void messagesHaveTheFieldsOfTheSpecification() {
        assertThat(hex(new Register("a", new byte[] {7}, 2))).isEqualTo("08001208" + "0a0161" + "120107" + "1802");
        assertThat(hex(new RegisterResponse(Status.OK, "", 5))).isEqualTo("08011a04" + "0800" + "1805");
        assertThat(hex(new RegisterResponse(Status.INVALID_TTL, "x", 5))).isEqualTo("08011a05" + "0866" + "120178");
        assertThat(hex(new Unregister("a", new byte[] {1}))).isEqualTo("08022206" + "0a0161" + "120101");
        assertThat(hex(new Discover(null, 0, null))).isEqualTo("08032a00");
        assertThat(hex(new Discover("a", 3, new byte[] {9}))).isEqualTo("08032a08" + "0a0161" + "1003" + "1a0109");
        assertThat(hex(new DiscoverResponse(List.of(), new byte[] {9}, Status.OK, "")))
                .isEqualTo("08043205" + "120109" + "1800");
    }

    @Test
    void whatOthersLeaveOutHasItsDefault() throws Exception {
        assertThat(read("12030a0161"))
                .as("the type of a registration, as py-libp2p does")
                .isInstanceOf(Register.class);
        assertThat(((RegisterResponse) read("08011a021805")).status()).isEqualTo(Status.OK);
        assertThat(((DiscoverResponse) read("08043200")).cookie()).isEmpty();
    }

    @Test
    void whatIsNoMessageOrTooMuchIsRefused() {
        for (String hex : List.of("", "0803", "080a1200", "08ffffffffffffffffff01", "ff", "08011a020807")) {
            assertThatThrownBy(() -> read(hex)).as(hex).isInstanceOf(ProtobufException.class);
        }
        Register small = new Register("a", null, 1);
        byte[] most = RendezvousMessage.CODEC.encode(
                new DiscoverResponse(Collections.nCopies(1_000, small), new byte[0], Status.OK, ""));
        byte[] more = RendezvousMessage.CODEC.encode(
                new DiscoverResponse(Collections.nCopies(1_001, small), new byte[0], Status.OK, ""));
        org.assertj.core.api.Assertions.assertThatCode(() -> RendezvousMessage.CODEC.decode(most))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> RendezvousMessage.CODEC.decode(more)).hasMessageContaining("1000 registrations");
        byte[] longName = RendezvousMessage.CODEC.encode(new Register("x".repeat(1_025), null, 1));
        assertThatThrownBy(() -> RendezvousMessage.CODEC.decode(longName)).isInstanceOf(ProtobufException.class);
        byte[] longRecord = RendezvousMessage.CODEC.encode(new Register("a", new byte[8_193], 1));
        assertThatThrownBy(() -> RendezvousMessage.CODEC.decode(longRecord)).isInstanceOf(ProtobufException.class);
    }
}
