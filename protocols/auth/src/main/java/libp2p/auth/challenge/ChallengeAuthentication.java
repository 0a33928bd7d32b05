package libp2p.auth.challenge;

import java.io.IOException;
import java.util.List;
import libp2p.auth.Subject;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.KeyType;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * {@code /auth/1.0.0}: the side that listens sends a challenge of 32 random bytes, the side that dials signs it with the
 * Ed25519 key of its id, in 64 bytes, and hears {@code AUTH_SUCCESS} or {@code AUTH_FAILED}, without a newline; then the
 * stream ends. A peer that is not trusted gets no byte. Ed25519 alone has signatures of that length: a peer with another key
 * fails.
 *
 * <p><b>The dialing side is an oracle</b>: its key signs whatever 32 bytes the other side sends, without a word of what they are
 * for. Another protocol that takes a bare signature over 32 bytes, such as one over a SHA-256 hash, would take it from any peer that
 * has asked for it here. So this host signs only for the peers that it was told to; {@link IdentityProofs} has no such weakness.
 *
 * <p>Thread-safe; a service of one host. Which peers are trusted is forgotten with the process.
 */
public final class ChallengeAuthentication implements HostService {
    /** The protocol id. */
    public static final String PROTOCOL = "/auth/1.0.0";

    /** What came of an authentication. */
    public enum Result {
        /** The peer took the signature. */
        AUTHENTICATED,
        /** The peer did not take the signature. */
        FAILED,
        /** The peer ended the stream without a challenge. */
        NOT_TRUSTED
    }

    private final PeerList trusted = new PeerList("trusted peers");
    private final PeerList signed = new PeerList("peers that this host signs for");
    private final ProvenConnections<Boolean> passed = new ProvenConnections<>();
    private volatile ChallengeLimits limits;
    private volatile @Nullable Host host;
    private volatile Registration registration = () -> {};

    /** With the default limits. */
    public ChallengeAuthentication() {
        this(ChallengeLimits.DEFAULT);
    }

    /** @param limits of the protocol */
    public ChallengeAuthentication(ChallengeLimits limits) {
        this.limits = limits;
    }

    /**
     * Challenges a peer when it opens the protocol.
     *
     * @throws IllegalStateException if too many peers are trusted
     */
    public void trust(PeerId peer) {
        trusted.add(peer, limits.peers());
    }

    /** No longer challenges a peer; while it is not trusted, its connections are none of {@link #passed}. */
    public void distrust(PeerId peer) {
        trusted.remove(peer);
    }

    /** The peers that are challenged, sorted. */
    public List<PeerId> trusted() {
        return trusted.sorted();
    }

    /**
     * Lets this host sign what a peer has chosen: see the warning of the class.
     *
     * @throws IllegalStateException if too many peers are listed
     */
    public void signFor(PeerId peer) {
        signed.add(peer, limits.peers());
    }

    /** Takes {@link #signFor} back. */
    public void signNoLongerFor(PeerId peer) {
        signed.remove(peer);
    }

    /** The peers for which this host signs, sorted. */
    public List<PeerId> signedFor() {
        return signed.sorted();
    }

    /**
     * The connections on which a trusted peer has passed the challenge, for a {@link libp2p.auth.Rule}. A rule about other
     * protocols: the peer has to be able to open this one before.
     */
    public Subject passed() {
        return connection -> passed.get(connection) != null && trusted.contains(connection.remotePeer());
    }

    @Override
    public void start(Host started) {
        limits = started.limits(limits);
        host = started;
        registration = started.handle(PROTOCOL, stream -> challenge(started, stream));
    }

    private void challenge(Host started, Stream stream) throws IOException {
        Connection connection = stream.connection();
        if (!trusted.contains(connection.remotePeer())) {
            return; // a peer that is not trusted gets no byte
        }
        within(started, stream);
        byte[] challenge = new byte[ChallengeMessages.CHALLENGE];
        started.environment().secureRandom(challenge);
        stream.write(challenge);
        byte[] signature = stream.input().readNBytes(ChallengeMessages.SIGNATURE);
        boolean valid = signature.length == ChallengeMessages.SIGNATURE
                && connection.remoteKey().verify(challenge, signature);
        if (valid) { // before the peer hears of it
            passed.getOrMake(connection, () -> true);
        }
        stream.writeLast(valid ? ChallengeMessages.SUCCESS : ChallengeMessages.FAILED);
    }

    private void within(Host started, Stream stream) {
        Deadline deadline = Deadline.after(started.environment(), limits.timeout());
        stream.readDeadline(deadline);
        stream.writeDeadline(deadline);
    }

    /**
     * Authenticates this host with a peer, connecting first if need be; blocks. The peer must be one that this host signs for, and be
     * named in the address.
     *
     * @throws IllegalStateException if this host does not sign for the peer, or has no Ed25519 key; nothing was sent
     * @throws libp2p.core.connection.NegotiationException if the peer does not speak the protocol
     * @throws ProtocolViolationException if the peer sends what the protocol does not know
     * @throws libp2p.core.failure.DeadlineExceededException if it takes too long
     */
    public Result authenticate(PeerAddress peer) throws IOException {
        Host started = HostService.started(PROTOCOL, host);
        PeerId named = peer.peer();
        if (named == null || !signed.contains(named)) {
            throw new IllegalStateException("this host does not sign for "
                    + (named == null ? "a peer whose id is not known" : "peer " + named) + " by " + PROTOCOL);
        }
        if (started.identity().key().type() != KeyType.ED25519) {
            throw new IllegalStateException(
                    PROTOCOL + " has room for signatures of Ed25519 alone, and this host has a key of type "
                            + started.identity().key().type());
        }
        Stream stream = started.open(peer, PROTOCOL);
        boolean done = false;
        try {
            within(started, stream);
            Result result = answer(started, stream);
            done = true;
            return result;
        } catch (IOException failure) {
            throw NetworkFailure.located(failure, named, PROTOCOL);
        } finally {
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    private static Result answer(Host started, Stream stream) throws IOException {
        byte[] challenge = ChallengeMessages.readChallenge(stream.input());
        if (challenge == null) {
            return Result.NOT_TRUSTED;
        }
        stream.writeLast(started.identity().key().sign(challenge));
        return ChallengeMessages.readResult(stream.input());
    }

    @Override
    public void connectionClosed(Connection connection) {
        passed.ended(connection);
    }

    @Override
    public void close() {
        registration.close();
        host = null;
    }
}
