package libp2p.auth.challenge;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.auth.Subject;
import libp2p.auth.challenge.ProofMessages.Question;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.record.InvalidRecordException;
import org.jspecify.annotations.Nullable;

/**
 * {@code /auth/2.0.0}: a host asks a peer to sign, with a key of any type, a statement of both ids, a nonce of either side and an
 * expiry, under a domain of its own. The signature is good for nothing else, so that this host signs for all that ask, and
 * a proof cannot be handed on to another verifier. This is a protocol of this library.
 *
 * <pre>
 * verifier opens the stream → prover   Question { bytes nonce = 1; uint64 expiry = 2 }     32 bytes, seconds since 1970
 * prover → verifier                    signed envelope, domain libp2p-auth-proof, payload type /libp2p/auth-proof:
 *     Proof { bytes verifier = 1; bytes prover = 2; bytes verifier_nonce = 3; bytes prover_nonce = 4; uint64 expiry = 5 }
 * </pre>
 *
 * <p>Each message stands after its length as an unsigned varint. A prover resets the stream if the expiry has passed, is too far
 * ahead, or the peer has asked too often.
 *
 * <p>Rules demand a proof before a stream is admitted:
 *
 * <pre>{@code
 * IdentityProofs proofs = new IdentityProofs();
 * AccessRules rules = new AccessRules(Effect.ALLOW)
 *         .add(Rule.allow("/files/*").inbound().forSubject(proofs.proven()))
 *         .add(Rule.deny("/files/*").inbound());
 * Host host = Libp2p.host().authorizer(rules).with(proofs).start();
 * }</pre>
 *
 * <p>No rule may demand a proof for {@code /auth/2.0.0} itself: two such hosts would wait for each other, until the time
 * is up. Thread-safe; a service of one host, on both sides.
 */
public final class IdentityProofs implements HostService {
    /** The protocol id. */
    public static final String PROTOCOL = "/auth/2.0.0";

    private static final System.Logger LOG = System.getLogger(IdentityProofs.class.getName());
    /** Peers whose questions are counted. */
    private static final int COUNTED = 10_000;

    /** What is known of one connection. */
    private static final class Proof {
        /** Held by the stream that asks, while the others that need the answer wait. */
        final ReentrantLock asking = new ReentrantLock();

        volatile long asked;
        volatile boolean proven;
        volatile long until;
    }

    private final ProvenConnections<Proof> proofs = new ProvenConnections<>();
    private final ReentrantLock counting = new ReentrantLock();
    private volatile ChallengeLimits limits;
    private volatile @Nullable KeyedRates<PeerId> rates;
    private volatile @Nullable Host host;
    private volatile Registration registration = () -> {};

    /** With the default limits. */
    public IdentityProofs() {
        this(ChallengeLimits.DEFAULT);
    }

    /** @param limits of the protocol */
    public IdentityProofs(ChallengeLimits limits) {
        this.limits = limits;
    }

    @Override
    public void start(Host started) {
        limits = started.limits(limits);
        rates = new KeyedRates<>(KeyedRates.Rate.perMinute(limits.proofsPerMinute()), COUNTED);
        host = started;
        registration = exchange(ProofMessages.QUESTION_BYTES)
                .serve(started, (peer, question) -> prove(started, peer, question));
    }

    private MessageExchange<Question, byte[]> exchange(int limit) {
        return MessageExchange.of(PROTOCOL, ProofMessages.QUESTIONS, MessageCodec.BYTES)
                .withLimit(limit)
                .withTimeout(limits.timeout())
                .withOptions(HandlerOptions.DEFAULT.withAllowLimited(true));
    }

    private byte[] prove(Host started, PeerId verifier, Question question) throws IOException {
        requireRate(started, verifier);
        long now = started.environment().wallClock().getEpochSecond();
        if (question.expiry() <= now
                || question.expiry() - now > limits.longestProof().toSeconds()) {
            throw new ProtocolViolationException(
                    PROTOCOL,
                    "a proof until " + question.expiry() + " is wanted, which has passed or is more than "
                            + limits.longestProof() + " ahead");
        }
        byte[] nonce = new byte[ProofMessages.NONCE];
        started.environment().secureRandom(nonce);
        return ProofMessages.prove(started.identity(), verifier, question, nonce);
    }

    private void requireRate(Host started, PeerId verifier) throws ProtocolViolationException {
        KeyedRates<PeerId> counted = rates;
        counting.lock();
        try {
            if (counted == null || !counted.take(verifier, started.environment().nanoTime())) {
                throw new ProtocolViolationException(
                        PROTOCOL, "more than " + limits.proofsPerMinute() + " proofs in a minute are wanted");
            }
        } finally {
            counting.unlock();
        }
    }

    /**
     * Asks the peer of a connection for a proof; blocks, for the timeout of the limits at most.
     *
     * @throws ProtocolViolationException if the proof does not hold
     * @throws libp2p.core.connection.NegotiationException if the peer does not speak the protocol
     */
    public void ask(Connection connection) throws IOException {
        Host started = HostService.started(PROTOCOL, host);
        ask(started, connection, proofs.getOrMake(connection, Proof::new));
    }

    private void ask(Host started, Connection connection, Proof proof) throws IOException {
        byte[] nonce = new byte[ProofMessages.NONCE];
        started.environment().secureRandom(nonce);
        long expiry = started.environment().wallClock().plus(limits.lifetime()).getEpochSecond();
        Question question = new Question(nonce, expiry);
        long until = started.environment().nanoTime() + limits.lifetime().toNanos();
        Deadline deadline = Deadline.after(started.environment(), limits.timeout());
        Stream stream = connection.openAllowingLimited(deadline, PROTOCOL);
        byte[] answer = exchange(ProofMessages.ANSWER_BYTES).ask(started.environment(), stream, question);
        check(started, connection, question, answer);
        proof.until = until;
        proof.proven = true;
    }

    private static void check(Host started, Connection connection, Question question, byte[] answer)
            throws ProtocolViolationException {
        try {
            ProofMessages.check(answer, connection.remoteKey(), started.peerId(), question);
            if (started.environment().wallClock().getEpochSecond() >= question.expiry()) {
                throw new InvalidRecordException("proof of identity: it came after its expiry");
            }
        } catch (IOException wrong) {
            ProtocolViolationException violation =
                    new ProtocolViolationException(PROTOCOL, String.valueOf(wrong.getMessage()));
            violation.initCause(wrong);
            throw NetworkFailure.located(violation, connection.remotePeer(), PROTOCOL);
        }
    }

    /**
     * The peers that prove who they are, for a {@link libp2p.auth.Rule}. A peer is asked when it opens the first stream that
     * a rule of this subject is about, and again for the first stream after the proof has expired; streams that
     * come meanwhile wait for the same answer. An open stream stays if there was a proof on its connection.
     */
    public Subject proven() {
        return new Subject() {
            @Override
            public boolean includes(Connection connection) {
                Host started = host;
                return started != null && isProven(started, connection);
            }

            @Override
            public boolean stillIncludes(Connection connection) {
                Proof proof = proofs.get(connection);
                return proof != null && proof.proven;
            }
        };
    }

    private boolean isProven(Host started, Connection connection) {
        Proof proof = proofs.getOrMake(connection, Proof::new);
        if (holds(started, proof)) {
            return true;
        }
        long before = proof.asked;
        proof.asking.lock();
        try {
            if (holds(started, proof)) {
                return true;
            }
            return proof.asked == before && asks(started, connection, proof);
        } finally {
            proof.asking.unlock();
        }
    }

    private static boolean holds(Host started, Proof proof) {
        return proof.proven && proof.until - started.environment().nanoTime() > 0;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock of the proof
    private boolean asks(Host started, Connection connection, Proof proof) {
        try {
            ask(started, connection, proof);
            return true;
        } catch (IOException refused) {
            LOG.log(Level.DEBUG, () -> "no proof of " + connection.remotePeer() + ": " + refused.getMessage());
            return false;
        } finally {
            proof.asked++;
        }
    }

    @Override
    public void connectionClosed(Connection connection) {
        proofs.ended(connection);
    }

    @Override
    public void close() {
        registration.close();
        host = null;
    }
}
