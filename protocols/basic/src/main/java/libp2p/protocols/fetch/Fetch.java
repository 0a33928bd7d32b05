package libp2p.protocols.fetch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import org.jspecify.annotations.Nullable;

/**
 * Gives peers small values by key, and asks them for theirs ({@code /libp2p/fetch/0.0.1}). Lookups are registered for
 * the beginnings of keys; the longest that fits answers. Thread-safe.
 */
public final class Fetch implements HostService {
    /** The protocol id. */
    public static final String PROTOCOL = "/libp2p/fetch/0.0.1";

    private static final int OK = 0;
    private static final int NOT_FOUND = 1;
    private static final int ERROR = 2;

    /** Finds values. */
    @FunctionalInterface
    public interface Lookup {
        /**
         * The value of a key, or null if there is none; may block.
         *
         * @param peer that asks
         * @param key not to be changed; text in UTF-8 for most uses, binary for others
         * @throws Exception if it cannot be told; the peer hears that there was an error
         */
        byte @Nullable [] find(PeerId peer, byte[] key) throws Exception;
    }

    /** An answer: its status, and the value. */
    private record Answer(int status, byte[] value) {}

    private volatile FetchLimits limits;
    private final Map<String, Lookup> lookups = new ConcurrentHashMap<>();
    private @Nullable Host host;
    private volatile Registration registration = () -> {};

    /** With the default limits. */
    public Fetch() {
        this(FetchLimits.DEFAULT);
    }

    /** @param limits of the protocol */
    public Fetch(FetchLimits limits) {
        this.limits = limits;
    }

    /** For questions of this host. */
    private MessageExchange<byte[], Answer> exchange() {
        return MessageExchange.of(PROTOCOL, new Keys(), new Answers())
                .withLimit(limits.valueBytes() + 64)
                .withTimeout(limits.timeout());
    }

    @Override
    public void start(Host started) {
        limits = started.limits(limits);
        host = started;
        MessageExchange<byte[], Answer> served = MessageExchange.of(PROTOCOL, new Keys(), new Answers())
                .withLimit(limits.keyBytes() + 16)
                .withTimeout(limits.timeout());
        registration = served.serve(started, this::answer);
    }

    /** Answers for keys that begin so, until the registration is closed. */
    public Registration register(String prefix, Lookup lookup) {
        if (lookups.putIfAbsent(prefix, lookup) != null) {
            throw new IllegalArgumentException("there is a lookup for " + prefix);
        }
        return () -> lookups.remove(prefix, lookup);
    }

    private Answer answer(PeerId peer, byte[] key) {
        String best = null;
        for (String prefix : lookups.keySet()) {
            if (startsWith(key, prefix) && (best == null || prefix.length() > best.length())) {
                best = prefix;
            }
        }
        Lookup lookup = best == null ? null : lookups.get(best);
        if (lookup == null) {
            return new Answer(NOT_FOUND, new byte[0]);
        }
        try {
            byte[] value = lookup.find(peer, key);
            return value == null ? new Answer(NOT_FOUND, new byte[0]) : new Answer(OK, value);
        } catch (Exception e) {
            System.getLogger(Fetch.class.getName())
                    .log(System.Logger.Level.WARNING, "a lookup of " + best + " failed: " + e);
            return new Answer(ERROR, new byte[0]);
        }
    }

    private static boolean startsWith(byte[] key, String prefix) {
        byte[] begin = prefix.getBytes(StandardCharsets.UTF_8);
        return key.length >= begin.length && Arrays.equals(key, 0, begin.length, begin, 0, begin.length);
    }

    /** As {@link #fetch(PeerAddress, byte[])}, with a key of text. */
    public Optional<byte[]> fetch(PeerAddress peer, String key) throws IOException {
        return fetch(peer, key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Asks a peer; blocks.
     *
     * @return empty if the peer has no such value
     * @throws ProtocolViolationException if the peer says that there was an error, or what the protocol does not know
     */
    public Optional<byte[]> fetch(PeerAddress peer, byte[] key) throws IOException {
        Host started = HostService.started("fetch", host);
        Answer answer = exchange().ask(started, peer, key);
        return switch (answer.status()) {
            case OK -> Optional.of(answer.value());
            case NOT_FOUND -> Optional.empty();
            case ERROR -> throw new ProtocolViolationException(PROTOCOL, peer.peer() + " could not look the key up");
            default -> throw new ProtocolViolationException(PROTOCOL, "status " + answer.status());
        };
    }

    @Override
    public void close() {
        registration.close();
    }

    private final class Keys implements MessageCodec<byte[]> {
        @Override
        public byte[] encode(byte[] key) {
            return new ProtobufWriter().bytes(1, key).toByteArray();
        }

        @Override
        public byte[] decode(byte[] bytes) throws IOException {
            ProtobufReader in = ProtobufReader.of("fetch request", bytes, limits.keyBytes() + 16, 16);
            byte[] key = new byte[0];
            while (in.next()) {
                if (in.field() == 1) {
                    key = in.bytes(limits.keyBytes());
                } else {
                    in.skip();
                }
            }
            return key;
        }
    }

    private final class Answers implements MessageCodec<Answer> {
        @Override
        public byte[] encode(Answer answer) {
            ProtobufWriter out = new ProtobufWriter().uint64(1, answer.status());
            return answer.status() == OK ? out.bytes(2, answer.value()).toByteArray() : out.toByteArray();
        }

        @Override
        public Answer decode(byte[] bytes) throws IOException {
            ProtobufReader in = ProtobufReader.of("fetch response", bytes, limits.valueBytes() + 64, 16);
            int status = OK;
            byte[] value = new byte[0];
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> status = (int) Math.min(in.uint64(), Integer.MAX_VALUE);
                    case 2 -> value = in.bytes(limits.valueBytes());
                    default -> in.skip();
                }
            }
            return new Answer(status, value);
        }
    }
}
