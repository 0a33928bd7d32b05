package libp2p.nat.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.identity.Identity;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class RelayMessagesTest {
    private static final Identity RELAY = Identity.generate(SystemEnvironment.shared());
    private static final Identity PEER = Identity.generate(SystemEnvironment.shared());

    @Test
    void messagesComeBackAsTheyWere() throws IOException {
        ConnectionLimits limit = new ConnectionLimits(Duration.ofMinutes(2), 131_072);
        for (HopMessage message : List.of(
                HopMessage.reserve(),
                HopMessage.connect(PEER.peerId()),
                HopMessage.status(100, null, limit),
                HopMessage.status(201, null, null),
                HopMessage.status(
                        100,
                        new ReservationInfo(1_700_000_000, List.of(Multiaddr.parse("/ip4/1.2.3.4/tcp/5")), null),
                        limit))) {
            assertThat(HopMessage.fromBytes(message.toBytes())).isEqualTo(message);
        }
        for (StopMessage message : List.of(
                StopMessage.connect(PEER.peerId(), limit),
                StopMessage.connect(PEER.peerId(), null),
                StopMessage.status(203))) {
            assertThat(StopMessage.fromBytes(message.toBytes())).isEqualTo(message);
        }
    }

    /** Field numbers and types are those of the specification: the message is written out by hand. */
    @Test
    void theEncodingIsThatOfTheSpecification() {
        assertThat(HexFormat.of().formatHex(HopMessage.reserve().toBytes())).isEqualTo("0800");
        assertThat(HexFormat.of()
                        .formatHex(HopMessage.status(100, null, new ConnectionLimits(Duration.ofSeconds(120), 131_072))
                                .toBytes()))
                .isEqualTo("0802" + "2206" + "0878" + "10808008" + "2864");
        assertThat(HexFormat.of().formatHex(StopMessage.status(203).toBytes())).isEqualTo("0801" + "20cb01");
    }

    @Test
    void aLimitOfZeroIsNoneAndALimitThatLimitsNothingIsNoLimit() throws IOException {
        byte[] nothing = new ProtobufWriter()
                .enumeration(1, 2)
                .message(4, limit -> limit.uint64(1, 0).uint64(2, 0))
                .enumeration(5, 100)
                .toByteArray();
        assertThat(HopMessage.fromBytes(nothing).limit()).isNull();
        byte[] huge = new ProtobufWriter()
                .enumeration(1, 2)
                .message(4, limit -> limit.uint64(2, -1))
                .enumeration(5, 100)
                .toByteArray();
        assertThat(HopMessage.fromBytes(huge).limit()).isEqualTo(new ConnectionLimits(Duration.ZERO, Long.MAX_VALUE));
    }

    @Test
    void whatIsNoMessageIsRefusedWithItsReason() {
        assertThatThrownBy(() -> HopMessage.fromBytes(new byte[0])).hasMessageContaining("no type");
        assertThatThrownBy(() -> HopMessage.fromBytes(new byte[] {8, 7})).hasMessageContaining("unknown type 7");
        assertThatThrownBy(() -> HopMessage.fromBytes(new byte[HopMessage.MAX_BYTES + 1]))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("more than the limit of 4096");
        byte[] wrongPeer = new ProtobufWriter()
                .enumeration(1, 1)
                .message(2, peer -> peer.bytes(1, new byte[] {1, 2, 3}))
                .toByteArray();
        assertThatThrownBy(() -> HopMessage.fromBytes(wrongPeer)).hasMessageContaining("no peer id");
        assertThatThrownBy(() -> StopMessage.fromBytes(wrongPeer)).hasMessageContaining("no peer id");
    }

    @Test
    void addressesBeyondTheLimitAndUnknownOnesAreLeftOut() throws IOException {
        ProtobufWriter reservation = new ProtobufWriter().uint64(1, 5);
        reservation.bytes(2, new byte[] {(byte) 0xff, 0x7f, 1});
        Collections.nCopies(60, Multiaddr.parse("/ip4/1.2.3.4/tcp/5"))
                .forEach(address -> reservation.bytes(2, address.toBytes()));
        byte[] message = new ProtobufWriter()
                .enumeration(1, 2)
                .bytes(3, reservation.toByteArray())
                .toByteArray();
        ReservationInfo info = HopMessage.fromBytes(message).reservation();
        assertThat(info).isNotNull();
        assertThat(info.addresses()).hasSize(ReservationInfo.ADDRESSES);
    }

    @Test
    void aVoucherIsThatOfTheRelayThatSignedIt() throws IOException {
        Voucher voucher = new Voucher(RELAY.peerId(), PEER.peerId(), 1_700_000_000);
        assertThat(Voucher.fromBytes(voucher.seal(RELAY))).isEqualTo(voucher);
        byte[] forged = voucher.seal(PEER);
        assertThatThrownBy(() -> Voucher.fromBytes(forged))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("signed by " + PEER.peerId());
        byte[] changed = voucher.seal(RELAY);
        changed[changed.length - 1] ^= 1;
        assertThatThrownBy(() -> Voucher.fromBytes(changed))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("does not hold");
        byte[] otherDomain = SignedEnvelope.seal(RELAY, "libp2p-peer-record", new byte[] {3, 2}, new byte[0])
                .toBytes();
        assertThatThrownBy(() -> Voucher.fromBytes(otherDomain)).isInstanceOf(InvalidRecordException.class);
    }
}
