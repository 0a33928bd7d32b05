package libp2p.discovery.rendezvous;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.RecordLimits;
import org.jspecify.annotations.Nullable;

/** The messages of the protocol. Byte arrays are not to be changed. */
@SuppressWarnings("ArrayRecordComponent") // never compared
sealed interface RendezvousMessage {
    String PROTOCOL = "/rendezvous/1.0.0";
    /** Bytes of a namespace that are read at all; how long it may be is the service's to say. */
    int NAMESPACE_BYTES = 1_024;

    int COOKIE_BYTES = 1_024;
    int TEXT_BYTES = 1_024;
    int ID_BYTES = 128;
    int RESULTS = 1_000;
    int FIELDS = 64 + RESULTS * 8;

    /**
     * A registration, asked for or found.
     *
     * @param ttl seconds; 0: it is not said
     */
    record Register(@Nullable String namespace, byte @Nullable [] record, long ttl) implements RendezvousMessage {}

    /** @param ttl seconds */
    record RegisterResponse(Status status, String text, long ttl) implements RendezvousMessage {}

    /** @param id of the peer, which the first revisions of the protocol want and the present one ignores */
    record Unregister(@Nullable String namespace, byte @Nullable [] id) implements RendezvousMessage {}

    /**
     * A question.
     *
     * @param namespace null: all
     * @param limit 0: it is not said
     */
    record Discover(@Nullable String namespace, long limit, byte @Nullable [] cookie) implements RendezvousMessage {}

    /** The registrations that were not told when the cookie was given. */
    record DiscoverResponse(List<Register> registrations, byte[] cookie, Status status, String text)
            implements RendezvousMessage {}

    /** All messages. */
    MessageCodec<RendezvousMessage> CODEC = new MessageCodec<>() {
        @Override
        public byte[] encode(RendezvousMessage message) {
            return RendezvousMessage.encode(message);
        }

        @Override
        public RendezvousMessage decode(byte[] bytes) throws ProtobufException {
            return RendezvousMessage.decode(bytes);
        }
    };

    /** The number of a type is that of its field less two. */
    private static byte[] encode(RendezvousMessage message) {
        ProtobufWriter out = new ProtobufWriter();
        switch (message) {
            case Register register -> out.enumeration(1, 0).message(2, body -> write(body, register));
            case RegisterResponse response ->
                out.enumeration(1, 1).message(3, body -> {
                    body.enumeration(1, response.status().number());
                    if (!response.text().isEmpty()) {
                        body.string(2, response.text());
                    }
                    if (response.status() == Status.OK) {
                        body.uint64(3, response.ttl());
                    }
                });
            case Unregister unregister ->
                out.enumeration(1, 2).message(4, body -> {
                    if (unregister.namespace() != null) {
                        body.string(1, unregister.namespace());
                    }
                    if (unregister.id() != null) {
                        body.bytes(2, unregister.id());
                    }
                });
            case Discover discover ->
                out.enumeration(1, 3).message(5, body -> {
                    if (discover.namespace() != null) {
                        body.string(1, discover.namespace());
                    }
                    if (discover.limit() > 0) {
                        body.uint64(2, discover.limit());
                    }
                    if (discover.cookie() != null) {
                        body.bytes(3, discover.cookie());
                    }
                });
            case DiscoverResponse response ->
                out.enumeration(1, 4).message(6, body -> {
                    response.registrations().forEach(one -> body.message(1, inner -> write(inner, one)));
                    body.bytes(2, response.cookie());
                    body.enumeration(3, response.status().number());
                    if (!response.text().isEmpty()) {
                        body.string(4, response.text());
                    }
                });
        }
        return out.toByteArray();
    }

    private static void write(ProtobufWriter out, Register register) {
        if (register.namespace() != null) {
            out.string(1, register.namespace());
        }
        if (register.record() != null) {
            out.bytes(2, register.record());
        }
        if (register.ttl() > 0) {
            out.uint64(3, register.ttl());
        }
    }

    private static RendezvousMessage decode(byte[] bytes) throws ProtobufException {
        ProtobufReader in = ProtobufReader.of("rendezvous message", bytes, Math.max(1, bytes.length), FIELDS);
        long type = 0; // py-libp2p leaves it out when it is this one
        RendezvousMessage[] bodies = new RendezvousMessage[5];
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = in.uint64();
                case 2 -> bodies[0] = readRegister(in.message("registration"));
                case 3 -> bodies[1] = readRegisterResponse(in.message("answer to a registration"));
                case 4 -> bodies[2] = readUnregister(in.message("end of a registration"));
                case 5 -> bodies[3] = readDiscover(in.message("question"));
                case 6 -> bodies[4] = readDiscoverResponse(in.message("answer"));
                default -> in.skip();
            }
        }
        RendezvousMessage body = type < 0 || type >= bodies.length ? null : bodies[(int) type];
        if (body == null) {
            throw in.error("no body of type " + type);
        }
        return body;
    }

    private static Register readRegister(ProtobufReader in) throws ProtobufException {
        String namespace = null;
        byte[] record = null;
        long ttl = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> namespace = in.string(NAMESPACE_BYTES);
                case 2 -> record = in.bytes(RecordLimits.ENVELOPE_BYTES);
                case 3 -> ttl = in.uint64();
                default -> in.skip();
            }
        }
        return new Register(namespace, record, ttl);
    }

    private static RegisterResponse readRegisterResponse(ProtobufReader in) throws ProtobufException {
        Status status = Status.OK; // py-libp2p leaves it out when it is this one
        String text = "";
        long ttl = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> status = readStatus(in);
                case 2 -> text = in.string(TEXT_BYTES);
                case 3 -> ttl = in.uint64();
                default -> in.skip();
            }
        }
        return new RegisterResponse(status, text, ttl);
    }

    private static Status readStatus(ProtobufReader in) throws ProtobufException {
        long number = in.uint64();
        Status status = Status.of(number);
        if (status == null) {
            throw in.error("unknown status " + number);
        }
        return status;
    }

    private static Unregister readUnregister(ProtobufReader in) throws ProtobufException {
        String namespace = null;
        byte[] id = null;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> namespace = in.string(NAMESPACE_BYTES);
                case 2 -> id = in.bytes(ID_BYTES);
                default -> in.skip();
            }
        }
        return new Unregister(namespace, id);
    }

    private static Discover readDiscover(ProtobufReader in) throws ProtobufException {
        String namespace = null;
        long limit = 0;
        byte[] cookie = null;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> namespace = in.string(NAMESPACE_BYTES);
                case 2 -> limit = in.uint64();
                case 3 -> cookie = in.bytes(COOKIE_BYTES);
                default -> in.skip();
            }
        }
        return new Discover(namespace, limit, cookie);
    }

    private static DiscoverResponse readDiscoverResponse(ProtobufReader in) throws ProtobufException {
        List<Register> registrations = new ArrayList<>();
        byte[] cookie = {};
        Status status = Status.OK;
        String text = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    if (registrations.size() >= RESULTS) {
                        throw in.error("more than " + RESULTS + " registrations");
                    }
                    registrations.add(readRegister(in.message("registration")));
                }
                case 2 -> cookie = in.bytes(COOKIE_BYTES);
                case 3 -> status = readStatus(in);
                case 4 -> text = in.string(TEXT_BYTES);
                default -> in.skip();
            }
        }
        return new DiscoverResponse(List.copyOf(registrations), cookie, status, text);
    }
}
