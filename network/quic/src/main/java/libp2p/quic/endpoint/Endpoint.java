package libp2p.quic.endpoint;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.EndpointContext;
import libp2p.quic.connection.HandshakeFactory;
import libp2p.quic.connection.Tracer;
import libp2p.quic.protect.AddressValidationTokens;
import libp2p.quic.protect.HostKeys;
import libp2p.quic.protect.ResetTokens;
import libp2p.quic.protect.RetryPacket;
import libp2p.quic.stream.StreamChunks;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.LongHeader;
import libp2p.quic.wire.VersionNegotiation;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one port. One lock of the caller's around {@link #route}, {@link #accept}, {@link #refuse} and
 * {@link #handshakeOver}; the rest may be called from any thread.
 *
 * @param <C> what the caller keeps of a connection
 */
public final class Endpoint<C> {
    /** Length of the ids of this side. */
    public static final int ID_LENGTH = 8;

    private static final byte[] NONE = new byte[0];
    private static final int MIN_INITIAL = 1200;
    /** Larger ones go over no path that is known, and are copied and held for strangers. */
    private static final int MAX_INITIAL = 2048;

    private static final int MIN_DESTINATION = 8;
    private static final int NONCE = 12;
    private static final int HEAD = 1 + 4 + 1 + 255 + 1 + 255 + 8 + AddressValidationTokens.MAX_LENGTH + 8;

    /**
     * An answer that needs no connection.
     *
     * @param datagram one packet, ready to be sent
     * @param remote to which it goes
     * @param own the address of this side from which it leaves, to which the question was sent; null if there is only
     *     one, or it is not known
     */
    public record Answer(
            byte[] datagram,
            InetSocketAddress remote,
            @Nullable InetAddress own) {}

    private record Key(ConnectionId id, long hash) {
        @Override
        public int hashCode() {
            return Long.hashCode(hash);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.id.equals(id);
        }
    }

    private final EndpointLimits limits;
    private final HostKeys keys;
    private final Consumer<byte[]> random;
    private final LongSupplier wallSeconds;
    private final SipHash sipHash;
    private final StreamChunks chunks;
    private final Map<Long, C> connections = new ConcurrentHashMap<>();
    /** By the stateless reset tokens of the ids that remotes have given. */
    private final Map<Key, C> resettable = new ConcurrentHashMap<>();

    private final Map<Key, C> shaking = new HashMap<>();
    private final Map<Key, IncomingConnection> waiting = new HashMap<>();
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final UnvalidatedPlaces unvalidated;
    private final StatelessResets resets;
    private final LongHeader header = new LongHeader();
    private final byte[] head = new byte[HEAD];
    /** Memory into which packets are opened, when no connection uses it. */
    private final AtomicReference<byte[]> opened = new AtomicReference<>(NONE);

    private volatile Tracers tracers = Tracers.NONE;
    private boolean accepting;
    private int handshakes;

    /**
     * @param random fills arrays with bytes fit for keys
     * @param wallSeconds the wall clock
     */
    public Endpoint(EndpointLimits limits, HostKeys keys, Consumer<byte[]> random, LongSupplier wallSeconds) {
        this.limits = limits;
        this.keys = keys;
        this.random = random;
        this.wallSeconds = wallSeconds;
        chunks = new StreamChunks(limits.spareMemory());
        unvalidated = new UnvalidatedPlaces(limits.unvalidated());
        resets = new StatelessResets(keys.resets(), random, limits.resets());
        sipHash = new SipHash(randomLong(), randomLong());
    }

    private long randomLong() {
        return ByteBuffer.wrap(random(Long.BYTES)).getLong();
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.accept(bytes);
        return bytes;
    }

    /** Makes what hears of the connections that are made from now on. */
    public void trace(Tracers value) {
        tracers = value;
    }

    /** Whether strangers may connect. */
    public void accepting(boolean value) {
        accepting = value;
    }

    /** Number of ids by which connections are found. */
    public int ids() {
        return connections.size();
    }

    /** Number of stateless reset tokens by which connections are found. */
    public int resettable() {
        return resettable.size();
    }

    /** Incoming handshakes that go on. */
    public int handshakes() {
        return handshakes;
    }

    /** Strangers of whom it is not decided yet whether they are let in. */
    public int waiting() {
        return waiting.size();
    }

    /** Makes a connection to a remote. */
    public Connection connect(
            C owner, ConnectionConfig config, HandshakeFactory maker, InetSocketAddress remote, long now) {
        EndpointContext context = new Issuing(owner);
        ConnectionId destination = ConnectionId.of(random(ID_LENGTH));
        return Connection.client(config, context, maker, destination, context.newId(), remote, now);
    }

    private static Long key(byte[] bytes, int at) {
        long key = 0;
        for (int i = at; i < at + ID_LENGTH; i++) {
            key = key << 8 | bytes[i] & 0xff;
        }
        return key;
    }

    private Key key(int at, int length) {
        return new Key(ConnectionId.of(head, at, length), sipHash.hash(head, at, length));
    }

    private Key key(ConnectionId id) {
        byte[] bytes = id.toBytes();
        return new Key(id, sipHash.hash(bytes, 0, bytes.length));
    }

    /**
     * Finds the connection that a datagram is for. If there is none, the answer that it gets, if any, waits for {@link
     * #pollAnswer}, or the stranger for {@code arrived}.
     *
     * @param own the address of this side to which it was sent, or null if the socket is bound to it, or it is not
     *     known
     * @param arrived takes a stranger who has to be let in or refused; false if there is no place for one who has not
     *     proved its address, which is then asked for that (Retry)
     * @return the connection that is to receive the datagram, or null
     */
    public @Nullable C route(
            ByteBuffer buffer,
            int offset,
            int length,
            InetSocketAddress remote,
            @Nullable InetAddress own,
            int codepoint,
            long now,
            Predicate<IncomingConnection> arrived) {
        if (length < 1 + ID_LENGTH) {
            return null;
        }
        byte first = buffer.get(offset);
        if (!LongHeader.isLong(first)) {
            buffer.get(offset, head, 0, 1 + ID_LENGTH);
            C found = connections.get(key(head, 1));
            if (found == null) {
                found = resetOf(buffer, offset, length);
            }
            if (found == null) {
                reset(length, remote, own, now);
            }
            return found;
        }
        int known = Math.min(length, HEAD);
        buffer.get(offset, head, 0, known);
        if (!header.parseInvariant(head, 0, known)) {
            return null;
        }
        if (header.destinationLength() == ID_LENGTH) {
            C found = connections.get(key(head, header.destinationAt()));
            if (found != null) {
                return found;
            }
        }
        if (!accepting || length < MIN_INITIAL || length > MAX_INITIAL || answers.size() >= limits.answers()) {
            return null; // a flood must cost less to read than to send
        }
        if (header.version() != LongHeader.VERSION_1) {
            negotiate(remote, own);
            return null;
        }
        return initial(buffer, offset, length, remote, own, codepoint, now, arrived);
    }

    /** The connection that a stateless reset is for: it has an id of chance (RFC 9000, section 10.3.1). */
    private @Nullable C resetOf(ByteBuffer buffer, int offset, int length) {
        if (length < StatelessResets.LEAST || resettable.isEmpty()) {
            return null;
        }
        byte[] token = new byte[ResetTokens.LENGTH];
        buffer.get(offset + length - token.length, token);
        return resettable.get(key(ConnectionId.of(token)));
    }

    private @Nullable C initial(
            ByteBuffer buffer,
            int offset,
            int length,
            InetSocketAddress remote,
            @Nullable InetAddress own,
            int codepoint,
            long now,
            Predicate<IncomingConnection> arrived) {
        byte[] datagram = new byte[length];
        buffer.get(offset, datagram);
        if (!header.parse(datagram, 0, length)
                || header.type() == LongHeader.RETRY
                || header.destinationLength() < MIN_DESTINATION) {
            return null;
        }
        Key key = key(header.destinationAt(), header.destinationLength());
        C found = shaking.get(key);
        if (found != null) {
            return found;
        }
        IncomingConnection before = waiting.get(key);
        if (before != null) {
            if (before.held.size() < limits.held() && before.isBetween(remote, own)) {
                before.held.add(new IncomingConnection.Held(datagram, codepoint));
            }
            return null;
        }
        if (header.type() == LongHeader.INITIAL && handshakes < limits.handshakes()) {
            begin(key, datagram, remote, own, codepoint, now, arrived);
        }
        return null;
    }

    private void begin(
            Key key,
            byte[] datagram,
            InetSocketAddress remote,
            @Nullable InetAddress own,
            int codepoint,
            long now,
            Predicate<IncomingConnection> arrived) {
        ConnectionId source = ConnectionId.of(datagram, header.sourceAt(), header.sourceLength());
        byte[] token = Arrays.copyOfRange(datagram, header.tokenAt(), header.tokenAt() + header.tokenLength());
        AddressValidationTokens.Judgement judgement =
                keys.tokens().judge(token, wallSeconds.getAsLong(), remote, key.id);
        AddressValidationTokens.Verdict verdict = judgement.verdict();
        if (verdict == AddressValidationTokens.Verdict.INVALID) {
            answer(InvalidToken.answer(source, key.id), remote, own);
            return;
        }
        boolean validated = verdict != AddressValidationTokens.Verdict.NONE;
        ConnectionId original = judgement.original();
        IncomingConnection admission =
                new IncomingConnection(remote, own, validated, key.id, original == null ? key.id : original, source);
        admission.held.add(new IncomingConnection.Held(datagram, codepoint));
        boolean full = !validated && unvalidated.areTaken(now);
        if (full || !arrived.test(admission)) {
            if (!validated) {
                retry(remote, own, key.id, source);
            }
            return;
        }
        waiting.put(key, admission);
        handshakes++;
        if (!validated) {
            unvalidated.take();
        }
    }

    private void answer(byte[] datagram, InetSocketAddress remote, @Nullable InetAddress own) {
        if (answers.size() < limits.answers()) {
            answers.addLast(new Answer(datagram, remote, own));
        }
    }

    /** The next answer that is to be sent, or null. */
    public @Nullable Answer pollAnswer() {
        return answers.pollFirst();
    }

    private void negotiate(InetSocketAddress remote, @Nullable InetAddress own) {
        byte[] destination = Arrays.copyOfRange(head, header.sourceAt(), header.sourceAt() + header.sourceLength());
        byte[] source =
                Arrays.copyOfRange(head, header.destinationAt(), header.destinationAt() + header.destinationLength());
        if (header.version() != 0) {
            int random = (int) randomLong();
            // A client drops an answer that offers what it asked for: the version that no implementation speaks is
            // another.
            boolean same = (random & 0xf0f0f0f0 | 0x0a0a0a0a) == header.version();
            answer(VersionNegotiation.answer(destination, source, same ? ~random : random), remote, own);
        }
    }

    private void retry(
            InetSocketAddress remote, @Nullable InetAddress own, ConnectionId original, ConnectionId source) {
        ConnectionId ours = ConnectionId.of(random(ID_LENGTH));
        byte[] token = keys.tokens().retry(random(NONCE), wallSeconds.getAsLong(), remote, original, ours);
        answer(RetryPacket.encode(source, ours, original, token), remote, own);
    }

    private void reset(int length, InetSocketAddress remote, @Nullable InetAddress own, long now) {
        byte[] datagram = resets.answer(length, head, now);
        if (datagram != null) {
            answer(datagram, remote, own);
        }
    }

    /**
     * Lets a stranger in. The caller feeds what {@code fed} gets to the connection, with the connection's lock.
     *
     * @return the connection, or null if no connection is accepted any more
     */
    public @Nullable Connection accept(
            IncomingConnection admission, C owner, ConnectionConfig config, HandshakeFactory maker, long now) {
        Key key = key(admission.destination);
        if (waiting.remove(key) == null) {
            return null;
        }
        if (!accepting) {
            leave(admission, false);
            return null;
        }
        shaking.put(key, owner);
        EndpointContext context = new Issuing(owner);
        Connection connection = Connection.server(
                config,
                context,
                maker,
                admission.destination,
                admission.original,
                admission.source,
                context.newId(),
                admission.remote(),
                admission.ownAddress(),
                admission.isValidated(),
                now);
        for (IncomingConnection.Held held : admission.held) {
            connection.receive(
                    ByteBuffer.wrap(held.datagram()),
                    0,
                    held.datagram().length,
                    admission.remote(),
                    admission.ownAddress(),
                    held.codepoint(),
                    now);
        }
        return connection;
    }

    /** Refuses a stranger, in silence: an answer would cost more than the question. */
    public void refuse(IncomingConnection admission) {
        if (waiting.remove(key(admission.destination)) != null) {
            leave(admission, false);
        }
    }

    /**
     * The handshake of an admitted stranger is over. Called once.
     *
     * @param made whether it is complete; else it will never be
     */
    public void handshakeOver(IncomingConnection admission, boolean made) {
        if (shaking.remove(key(admission.destination)) != null) {
            leave(admission, made);
        }
    }

    private void leave(IncomingConnection admission, boolean made) {
        handshakes--;
        if (!admission.isValidated()) {
            unvalidated.leave(made);
        }
    }

    /** The ids of one connection. */
    private final class Issuing implements EndpointContext {
        private final C owner;

        Issuing(C owner) {
            this.owner = owner;
        }

        @Override
        public void random(byte[] bytes) {
            random.accept(bytes);
        }

        @Override
        public @Nullable Tracer tracer(boolean client, ConnectionId originalDestination, long now) {
            return tracers.tracer(client, originalDestination, now);
        }

        @Override
        public ConnectionId newId() {
            while (true) {
                byte[] bytes = Endpoint.this.random(ID_LENGTH);
                if (connections.putIfAbsent(key(bytes, 0), owner) == null) {
                    return ConnectionId.of(bytes);
                }
            }
        }

        @Override
        public byte[] resetToken(ConnectionId id) {
            return keys.resets().of(id.toBytes());
        }

        @Override
        public void retired(ConnectionId id) {
            connections.remove(key(id.toBytes(), 0), owner);
        }

        @Override
        public void resettable(byte[] token) {
            resettable.putIfAbsent(key(ConnectionId.of(token)), owner);
        }

        @Override
        public void unresettable(byte[] token) {
            resettable.remove(key(ConnectionId.of(token)), owner);
        }

        @Override
        public StreamChunks chunks() {
            return chunks;
        }

        @Override
        public byte[] borrow(int length) {
            byte[] array = opened.getAndSet(NONE); // nearly always the same one, so that few are ever made
            return array.length < length ? new byte[length] : array;
        }

        @Override
        public void giveBack(byte[] array) {
            opened.lazySet(array);
        }

        @Override
        public byte[] newToken(InetSocketAddress remote) {
            return keys.tokens().newToken(Endpoint.this.random(NONCE), wallSeconds.getAsLong(), remote);
        }
    }
}
