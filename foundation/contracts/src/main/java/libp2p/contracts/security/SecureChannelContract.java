package libp2p.contracts.security;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static libp2p.contracts.security.Handshakes.failure;
import static libp2p.contracts.security.Handshakes.join;
import static libp2p.contracts.security.Handshakes.request;
import static libp2p.contracts.security.Handshakes.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import libp2p.contracts.security.Handshakes.Pair;
import libp2p.contracts.security.Handshakes.Task;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of every secure channel: learn who the other side is, carry bytes however they are torn, and fail, never
 * hang, on each handshake that is cut or changed. A test class of a channel inherits it and says how a channel is made.
 *
 * <p>A case that a channel cannot do is excused by a line of a resource, see {@link libp2p.contracts.Harness}.
 */
public abstract class SecureChannelContract {
    private static final int MIB = 1 << 20;
    /** Bytes of a buffer that an idle connection may hold. */
    private static final long IDLE = 4 << 10;

    private static final Map<KeyType, Identity> IDENTITIES = new EnumMap<>(KeyType.class);

    /** The channel of a host with that identity. */
    protected abstract SecurityProtocol channel(Identity identity);

    /**
     * Bytes that connections hold now for records, or 0 if that is not known; all connections of a case share the
     * account.
     */
    protected long heldBytes() {
        return 0;
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        assertThat(heldBytes()).as("bytes that closed connections hold").isZero();
    }

    private static Identity of(KeyType type) {
        synchronized (IDENTITIES) {
            return IDENTITIES.computeIfAbsent(type, missing -> Identity.generate(missing, ENVIRONMENT));
        }
    }

    private static Identity aliceIdentity() {
        return of(KeyType.ED25519);
    }

    /** The type of Bob's key; another than the default where handshakes would have lengths that differ from run to run. */
    protected KeyType bobKey() {
        return KeyType.SECP256K1;
    }

    private Identity bobIdentity() {
        return of(bobKey());
    }

    private SecurityProtocol alice() {
        return channel(aliceIdentity());
    }

    private SecurityProtocol bob() {
        return channel(bobIdentity());
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void bothSidesLearnWhoTheOtherIs(KeyType type) throws Exception {
        Identity identity = of(type);
        for (boolean initiates : new boolean[] {true, false}) {
            SecurityProtocol first = channel(initiates ? identity : aliceIdentity());
            SecurityProtocol second = channel(initiates ? aliceIdentity() : identity);
            Pair pair = join(new HandshakeLink(), first, second);
            SecureConnection ofAlice = (initiates ? pair.responder() : pair.initiator()).orThrow();
            SecureConnection ofOther = (initiates ? pair.initiator() : pair.responder()).orThrow();
            assertThat(ofAlice.remotePeer()).isEqualTo(identity.peerId());
            assertThat(ofAlice.remoteKey()).isEqualTo(identity.publicKey());
            assertThat(ofOther.remotePeer()).isEqualTo(aliceIdentity().peerId());
            assertThat(ofAlice.protocol()).isEqualTo(first.protocol());
            assertThat(ofAlice.earlyMuxer()).isNull();
            pair.close();
        }
    }

    @Test
    void theExpectedPeerIsAccepted() throws Exception {
        Pair pair = join(
                new HandshakeLink(),
                alice(),
                request(Role.INITIATOR, bobIdentity().peerId()),
                bob(),
                request(Role.RESPONDER, aliceIdentity().peerId()));
        pair.initiator().orThrow();
        pair.responder().orThrow();
        pair.close();
    }

    @Test
    void theInitiatorRefusesAnotherPeerThanTheExpectedOne() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Pair pair = join(
                link,
                alice(),
                request(Role.INITIATOR, of(KeyType.ECDSA).peerId()),
                bob(),
                request(Role.RESPONDER, null));
        assertThat(pair.initiator().failure()).isInstanceOfSatisfying(PeerMismatchException.class, mismatch -> {
            assertThat(mismatch.expected()).isEqualTo(of(KeyType.ECDSA).peerId());
            assertThat(mismatch.actual()).isEqualTo(bobIdentity().peerId());
        });
        assertThat(link.a().isClosed()).isTrue();
        pair.close();
    }

    @Test
    void theResponderRefusesAnotherPeerThanTheExpectedOne() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Pair pair = join(
                link,
                alice(),
                request(Role.INITIATOR, null),
                bob(),
                request(Role.RESPONDER, of(KeyType.ECDSA).peerId()));
        assertThat(pair.responder().failure()).isInstanceOf(PeerMismatchException.class);
        assertThat(link.b().isClosed()).isTrue();
        if (pair.initiator().succeeded()) { // it may finish first and hear of the refusal when it reads
            assertThat(endOf(pair.initiator().orThrow())).isLessThanOrEqualTo(0);
        }
        pair.close();
    }

    /** Reads until the end: the number of plaintext bytes, or -1 if the connection failed. */
    private static long endOf(SecureConnection connection) {
        long total = 0;
        try {
            ByteBuffer read;
            while ((read = connection.read()) != null) {
                total += read.remaining();
                read.position(read.limit());
            }
            return total;
        } catch (IOException failed) {
            return -1;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void manyBytesArriveBothWaysWhateverTheChunksAre(long seed) throws Exception {
        Random random = new Random(seed);
        HandshakeLink link = new HandshakeLink();
        if (seed > 1) {
            link.a().tornBy(new Random(seed + 100));
            link.b().tornBy(new Random(seed + 200));
        }
        Pair pair = join(link, alice(), bob());
        SecureConnection a = pair.initiator().orThrow();
        SecureConnection b = pair.responder().orThrow();
        byte[] up = bytes(random, 4 * MIB + random.nextInt(MIB));
        byte[] down = bytes(random, 3 * MIB + random.nextInt(MIB));
        Task<Void> sendUp = start(() -> send(a, up, new Random(seed + 1)));
        Task<Void> sendDown = start(() -> send(b, down, new Random(seed + 2)));
        Task<byte[]> receiveUp = start(() -> receive(b, up.length, new Random(seed + 3)));
        Task<byte[]> receiveDown = start(() -> receive(a, down.length, new Random(seed + 4)));
        sendUp.get();
        sendDown.get();
        assertThat(Arrays.equals(receiveUp.get(), up)).isTrue();
        assertThat(Arrays.equals(receiveDown.get(), down)).isTrue();
        pair.close();
    }

    /** Bytes that follow from a seed. */
    protected static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Void send(SecureConnection to, byte[] data, Random random) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(data);
        int end = data.length;
        while (source.position() < end) {
            int chunk = random.nextInt(4) == 0 ? random.nextInt(200_000) : random.nextInt(2_000);
            source.limit(Math.min(end, source.position() + chunk));
            to.write(source);
            if (random.nextInt(3) == 0) {
                to.flush();
            }
        }
        to.flush();
        return null;
    }

    private static byte[] receive(SecureConnection from, int length, Random random) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        while (target.hasRemaining()) {
            ByteBuffer read = Objects.requireNonNull(from.read());
            int take = Math.min(read.remaining(), target.remaining());
            if (random.nextInt(3) == 0) {
                take = Math.min(take, 1 + random.nextInt(1000));
            }
            int limit = read.limit();
            target.put(read.limit(read.position() + take));
            read.limit(limit);
        }
        return target.array();
    }

    @Test
    void everythingArrivesWhenBytesComeOneByOne() throws Exception {
        HandshakeLink link = new HandshakeLink();
        link.a().readingAtMost(1);
        link.b().readingAtMost(1);
        Pair pair = join(link, alice(), bob());
        byte[] data = bytes(new Random(9), 20_000);
        Task<Void> sending = start(() -> send(pair.initiator().orThrow(), data, new Random(1)));
        byte[] received = receive(pair.responder().orThrow(), data.length, new Random(2));
        sending.get();
        assertThat(received).isEqualTo(data);
        pair.close();
    }

    @Test
    void bytesSentRightBehindTheHandshakeAreNotLost() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Task<SecureConnection> initiator = start(() -> {
            SecureConnection connection = alice().secure(link.a(), request(Role.INITIATOR, null));
            connection.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            connection.flush();
            return connection;
        });
        Task<SecureConnection> responder = start(() -> {
            SecureConnection connection = bob().secure(link.b(), request(Role.RESPONDER, null));
            assertThat(receive(connection, 3, new Random(0))).containsExactly(1, 2, 3);
            return connection;
        });
        responder.get().close();
        initiator.get().close();
    }

    @Test
    void everyTruncatedHandshakeFailsAndNeverHangs() throws Exception {
        SecurityProtocol alice = alice();
        SecurityProtocol bob = bob();
        long[] lengths = handshakeLengths(alice, bob);
        for (int side = 0; side < 2; side++) {
            for (long cut = 0; cut < lengths[side]; cut += step(lengths[side])) {
                long at = cut;
                HandshakeLink link = new HandshakeLink().closeWhenStalled();
                (side == 0 ? link.a() : link.b()).sending((index, sent) -> index >= at ? -1 : sent & 0xff);
                Pair pair = join(link, alice, bob);
                assertThat((side == 0 ? pair.responder() : pair.initiator()).succeeded())
                        .as("side %s cut at %s", side, cut)
                        .isFalse();
                pair.close();
            }
        }
    }

    @Test
    void everyChangedByteOfAHandshakeMakesItFailAndNeverHang() throws Exception {
        SecurityProtocol alice = alice();
        SecurityProtocol bob = bob();
        long[] lengths = handshakeLengths(alice, bob);
        Random random = new Random(5);
        for (int side = 0; side < 2; side++) {
            for (long changed = 0; changed < lengths[side]; changed += step(lengths[side])) {
                long at = changed;
                int bits = 1 + random.nextInt(255);
                HandshakeLink link = new HandshakeLink().closeWhenStalled();
                (side == 0 ? link.a() : link.b()).sending((index, sent) -> (index == at ? sent ^ bits : sent) & 0xff);
                Pair pair = join(link, alice, bob);
                assertThat(pair.initiator().succeeded() && pair.responder().succeeded())
                        .as("side %s, byte %s changed by %s", side, changed, bits)
                        .isFalse();
                pair.close();
            }
        }
    }

    /** Every how many bytes a handshake is cut or changed; 1 unless that would take too long. */
    protected long step(long length) {
        return 1;
    }

    private static long[] handshakeLengths(SecurityProtocol alice, SecurityProtocol bob) throws Exception {
        HandshakeLink link = new HandshakeLink();
        Pair pair = join(link, alice, bob);
        pair.initiator().orThrow();
        pair.responder().orThrow();
        long[] lengths = {link.a().sent(), link.b().sent()};
        pair.close();
        return lengths;
    }

    @Test
    void anIdleConnectionHoldsNoLargeBuffer() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Pair pair = join(link, alice(), bob());
        SecureConnection a = pair.initiator().orThrow();
        SecureConnection b = pair.responder().orThrow();
        byte[] data = bytes(new Random(3), 2 * MIB);
        Task<Void> sending = start(() -> send(a, data, new Random(1)));
        Task<ByteBuffer> reading = start(() -> {
            receive(b, data.length, new Random(2));
            return b.read();
        });
        sending.get();
        link.b().awaitReader();
        assertThat(heldBytes()).isLessThanOrEqualTo(IDLE);
        b.close();
        pair.close();
        assertThat(failure(reading)).isInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void aBlockedReaderEndsWhenAnotherThreadCloses() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Pair pair = join(link, alice(), bob());
        Task<ByteBuffer> reading = start(() -> pair.initiator().orThrow().read());
        link.a().awaitReader();
        pair.initiator().orThrow().close();
        assertThat(failure(reading)).isInstanceOf(ConnectionClosedException.class);
        assertThat(link.a().isClosed()).isTrue();
        pair.close();
    }

    @Test
    void aBlockedWriterEndsWhenAnotherThreadCloses() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Pair pair = join(link, alice(), bob());
        Task<Void> writing = start(() -> send(pair.initiator().orThrow(), new byte[4 * MIB], new Random(1)));
        link.a().awaitBlockedWriter();
        pair.initiator().orThrow().close();
        assertThat(failure(writing)).isInstanceOf(ConnectionClosedException.class);
        pair.close();
    }

    @Test
    void theEndOfTheStreamIsToldAgainAndAgain() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Pair pair = join(link, alice(), bob());
        link.a().shutdownOutput();
        SecureConnection b = pair.responder().orThrow();
        assertThat(b.read()).isNull();
        assertThat(b.read()).isNull();
        pair.close();
    }

    @Test
    void aHalfClosedConnectionStillSends() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Pair pair = join(link, alice(), bob());
        link.a().shutdownOutput();
        SecureConnection b = pair.responder().orThrow();
        assertThat(b.read()).isNull();
        b.write(ByteBuffer.wrap(new byte[] {7}));
        b.flush();
        assertThat(receive(pair.initiator().orThrow(), 1, new Random(0))).containsExactly(7);
        pair.close();
    }

    @Test
    void afterCloseEveryCallFails() throws Exception {
        Pair pair = join(new HandshakeLink(), alice(), bob());
        SecureConnection a = pair.initiator().orThrow();
        a.close();
        a.close();
        assertThat(failure(start(a::read))).isInstanceOf(ConnectionClosedException.class);
        assertThat(failure(start(a::plaintext))).isInstanceOf(ConnectionClosedException.class);
        assertThat(failure(start(() -> {
                    a.flush();
                    return null;
                })))
                .isInstanceOf(ConnectionClosedException.class);
        pair.close();
    }

    @Test
    void aReaderThatHoldsABufferKeepsItUntilItComesBack() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Pair pair = join(link, alice(), bob());
        SecureConnection a = pair.initiator().orThrow();
        SecureConnection b = pair.responder().orThrow();
        byte[] data = bytes(new Random(4), 3000);
        send(a, data, new Random(1));
        ByteBuffer lent = Objects.requireNonNull(b.read());
        ByteBuffer first =
                ByteBuffer.allocate(lent.remaining()).put(lent.duplicate()).flip();
        start(() -> {
                    b.close();
                    return null;
                })
                .get();
        assertThat(lent.duplicate()).isEqualTo(first);
        assertThatThrownBy(b::read).isInstanceOf(ConnectionClosedException.class);
        pair.close();
    }

    @Test
    void manyHandshakesLeaveNothingBehind() throws Exception {
        SecurityProtocol alice = alice();
        SecurityProtocol bob = bob();
        for (int i = 0; i < 100; i++) {
            join(new HandshakeLink(), alice, bob).close();
        }
        assertThat(heldBytes()).isZero();
    }
}
