package libp2p.ipfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.datastore.Datastore;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.SignedEnvelope;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Signed statements about content, which peers ask each other for ({@code /ipfs-kit/content/attest/1.0.0}): the question
 * is the bytes of a CID behind their length, the answer {@code repeated bytes envelope = 1} behind its length. What a
 * peer is asked for it has signed itself, or was given by the application; nothing that strangers send is kept.
 * Thread-safe; methods block for the disk.
 */
public final class Attestations implements HostService {
    /** The protocol id. */
    public static final String PROTOCOL = "/ipfs-kit/content/attest/1.0.0";

    private static final int CID_BYTES = 512;
    private static final int ENVELOPE = 1;

    private volatile AttestationLimits limits = AttestationLimits.DEFAULT;
    private final ReentrantLock lock = new ReentrantLock();
    private long kept;
    private @Nullable Host host;
    private @Nullable Datastore store;
    private Registration registration = () -> {};

    /** Of a host, once it is given to its builder; bounded by the limits of the host. */
    public Attestations() {}

    private static <T> T started(@Nullable T part) {
        return HostService.started("the service of attestations", part);
    }

    @Override
    public void start(Host begun) {
        host = begun;
        limits = begun.limits(limits);
        store = begun.datastore("attestations");
        try (Datastore.Entries all = started(store).scan(new byte[0])) {
            while (all.next() != null) {
                kept++;
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the attestations cannot be read: " + e.getMessage(), e);
        }
        registration = exchange(CID_BYTES).serve(begun, (peer, cid) -> envelopes(cid));
    }

    private MessageExchange<Cid, List<SignedEnvelope>> exchange(int most) {
        return MessageExchange.of(PROTOCOL, new Questions(), new Answers())
                .withLimit(most)
                .withTimeout(limits.timeout());
    }

    /**
     * Signs a statement about content and keeps it.
     *
     * @param claim not longer than the limit
     */
    public Attestation attest(Cid cid, String claim) throws IOException {
        if (claim.getBytes(StandardCharsets.UTF_8).length > limits.claimBytes()) {
            throw new IllegalArgumentException("a claim of more than the limit of " + limits.claimBytes() + " bytes");
        }
        Host mine = started(host);
        Attestation signed =
                Attestation.sign(mine.identity(), cid, claim, mine.environment().wallClock());
        keep(signed);
        return signed;
    }

    /**
     * Keeps a statement, perhaps of another peer, and tells others of it; of those with the same claim of the same
     * signer about the same content the latest is kept.
     *
     * @throws LimitExceededException if there are too many
     */
    public void keep(Attestation attestation) throws IOException {
        Datastore datastore = started(store);
        byte[] key = key(attestation);
        lock.lock();
        try {
            byte[] there = datastore.get(key);
            boolean isNew = there == null;
            if (there != null
                    && Attestation.of(SignedEnvelope.fromBytes(there), limits)
                            .at()
                            .isAfter(attestation.at())) {
                return;
            }
            if (isNew) {
                bound("attestations of one CID", envelopes(attestation.cid()).size(), limits.perContent());
                bound("attestations", kept, limits.kept());
            }
            datastore.put(key, attestation.envelope().toBytes());
            kept += isNew ? 1 : 0;
        } finally {
            lock.unlock();
        }
    }

    private static void bound(String what, long there, long most) throws LimitExceededException {
        if (there >= most) {
            throw new LimitExceededException(PROTOCOL, what, there + 1, most, LimitExceededException.Side.LOCAL);
        }
    }

    /** Withdraws a statement here; those who have it keep it. */
    public void remove(Attestation attestation) throws IOException {
        Datastore datastore = started(store);
        byte[] key = key(attestation);
        lock.lock();
        try {
            if (datastore.get(key) != null) {
                datastore.delete(key);
                kept--;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The statements about content that are kept here. */
    public List<Attestation> about(Cid cid) throws IOException {
        List<Attestation> found = new ArrayList<>();
        for (SignedEnvelope envelope : envelopes(cid)) {
            found.add(Attestation.of(envelope, limits));
        }
        return found;
    }

    /** As they were kept: to check them once more would cost more than to ask for them. */
    private List<SignedEnvelope> envelopes(Cid cid) throws IOException {
        List<SignedEnvelope> found = new ArrayList<>();
        try (Datastore.Entries all = started(store).scan(cid.hash().toBytes())) {
            Datastore.Entry entry;
            while ((entry = all.next()) != null && found.size() < limits.perContent()) {
                found.add(SignedEnvelope.fromBytes(entry.value()));
            }
        }
        return found;
    }

    /**
     * Asks a peer for statements about content, and checks them; blocks. They are not kept.
     *
     * @throws ProtocolViolationException if the peer has sent one that does not hold, or is about something else
     */
    public List<Attestation> ask(PeerAddress peer, Cid cid) throws IOException {
        List<Attestation> answer = new ArrayList<>();
        for (SignedEnvelope envelope : exchange(limits.answerBytes()).ask(started(host), peer, cid)) {
            Attestation attestation = Attestation.of(envelope, limits);
            answer.add(attestation);
            if (!attestation.cid().hash().equals(cid.hash())) {
                throw new ProtocolViolationException(
                        PROTOCOL, "asked about " + cid + ", told about " + attestation.cid());
            }
        }
        return answer;
    }

    private static byte[] key(Attestation attestation) {
        byte[] content = attestation.cid().hash().toBytes();
        byte[] what = Multihash.sha256(
                        (attestation.signer() + "\n" + attestation.claim()).getBytes(StandardCharsets.UTF_8))
                .toBytes();
        byte[] key = java.util.Arrays.copyOf(content, content.length + what.length);
        System.arraycopy(what, 0, key, content.length, what.length);
        return key;
    }

    @Override
    public void close() {
        registration.close();
    }

    /** Questions are the bytes of a CID. */
    private static final class Questions implements MessageCodec<Cid> {
        @Override
        public byte[] encode(Cid cid) {
            return cid.toBytes();
        }

        @Override
        public Cid decode(byte[] bytes) throws IOException {
            try {
                return Cid.fromBytes(bytes);
            } catch (MalformedException e) {
                throw new ProtocolViolationException(PROTOCOL, "a malformed CID: " + e.getMessage());
            }
        }
    }

    /** Answers are envelopes, of which nothing is proved yet. */
    private final class Answers implements MessageCodec<List<SignedEnvelope>> {
        @Override
        public byte[] encode(List<SignedEnvelope> envelopes) {
            ProtobufWriter out = new ProtobufWriter();
            envelopes.forEach(envelope -> out.bytes(ENVELOPE, envelope.toBytes()));
            return out.toByteArray();
        }

        @Override
        public List<SignedEnvelope> decode(byte[] bytes) throws IOException {
            return decodeAnswer(bytes, limits);
        }
    }

    /**
     * Reads an answer; no signature is checked.
     *
     * @throws IOException if it is malformed or has too many
     */
    public static List<SignedEnvelope> decodeAnswer(byte[] bytes, AttestationLimits limits) throws IOException {
        ProtobufReader in = ProtobufReader.of("attestations", bytes, limits.answerBytes(), limits.perContent() + 16);
        List<SignedEnvelope> found = new ArrayList<>();
        while (in.next()) {
            if (in.field() != ENVELOPE) {
                in.skip();
            } else if (found.size() >= limits.perContent()) {
                throw in.error("more than " + limits.perContent() + " attestations");
            } else {
                found.add(SignedEnvelope.fromBytes(in.bytes(limits.envelopeBytes())));
            }
        }
        return found;
    }
}
