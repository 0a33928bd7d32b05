package libp2p.http.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.http.HttpProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Asks clients for their peer id and proves its own. Nothing is kept for a client: the state that it must bring back
 * is signed by a key that is made when this object is, so that tokens end with it. Thread-safe.
 */
public final class PeerIdAuthServer {
    /** The protocol id of an endpoint that only authenticates. */
    public static final String PROTOCOL = "/http-peer-id-auth/1.0.0";

    private static final Duration CHALLENGE = Duration.ofMinutes(5);
    private static final int MAC_BYTES = 32;

    /** The outcome of a request. */
    public sealed interface Outcome {}

    /**
     * The client is known.
     *
     * @param peer whose key the client has proved to hold
     * @param info for the field {@code Authentication-Info} of the answer, or null
     */
    public record Authenticated(PeerId peer, @Nullable String info) implements Outcome {}

    /**
     * The client is not known yet: the answer is 401.
     *
     * @param challenge for the field {@code WWW-Authenticate}
     */
    public record Unauthenticated(String challenge) implements Outcome {}

    private record State(boolean token, long created, String hostname, byte[] key) {}

    private final Identity identity;
    private final Environment environment;
    private final long tokenNanos;
    private final byte[] macKey = new byte[MAC_BYTES];

    /** @param tokens how long a client may go on without a new proof */
    public PeerIdAuthServer(Identity identity, Environment environment, Duration tokens) {
        this.identity = identity;
        this.environment = environment;
        tokenNanos = tokens.toNanos();
        environment.secureRandom(macKey);
    }

    /**
     * Looks at a request; does not block.
     *
     * @param authorization the field {@code Authorization}, or null if there is none
     * @param hostname that the client asked, as TLS or the caller knows it
     * @return what is to be answered; a token or a challenge that has expired, or is of another peer, begins anew
     * @throws HttpProtocolException if the field is malformed, or a proof is wrong: with status 400 or 401
     */
    public Outcome check(@Nullable String authorization, String hostname) throws HttpProtocolException {
        AuthParameters in = AuthParameters.parse(authorization);
        if (in.get("bearer") != null) {
            State token = open(in.bytes("bearer"), true, hostname);
            return token == null ? challenge(in, hostname) : new Authenticated(PeerId.fromBytes(token.key()), null);
        }
        if (in.get("sig") != null) {
            return verify(in, hostname);
        }
        return challenge(in, hostname);
    }

    private Outcome challenge(AuthParameters in, String hostname) throws HttpProtocolException {
        byte[] random = new byte[32];
        environment.secureRandom(random);
        String challenge = AuthParameters.base64(random);
        byte[] ownKey = ownKey();
        AuthParameters out =
                new AuthParameters().with("challenge-client", challenge).with("public-key", ownKey);
        byte[] clientKey = new byte[0];
        String theirs = in.get("challenge-server");
        if (theirs != null && in.get("public-key") != null) { // the client begins
            clientKey = in.bytes("public-key");
            publicKey(clientKey);
            out.with("sig", proof(theirs, clientKey, hostname));
        }
        String kept = hostname + "\n" + challenge;
        out.with("opaque", seal(new State(false, environment.nanoTime(), kept, clientKey)));
        return new Unauthenticated(out.text());
    }

    private Outcome verify(AuthParameters in, String hostname) throws HttpProtocolException {
        State state = open(in.bytes("opaque"), false, hostname);
        if (state == null) {
            return challenge(new AuthParameters(), hostname);
        }
        boolean clientBegan = state.key().length > 0;
        byte[] clientKey = clientBegan ? state.key() : in.bytes("public-key");
        PublicKey key = publicKey(clientKey);
        String challenge = state.hostname().substring(state.hostname().lastIndexOf('\n') + 1);
        byte[] signed = AuthParameters.signed("challenge-client", challenge, "server-public-key", ownKey(), hostname);
        if (!key.verify(signed, in.bytes("sig"))) {
            throw new HttpProtocolException(401, "the signature is not that of the key");
        }
        PeerId peer = PeerId.of(key);
        AuthParameters out = new AuthParameters();
        String theirs = in.get("challenge-server");
        if (!clientBegan) {
            if (theirs == null) {
                throw new HttpProtocolException(401, "no challenge for the server");
            }
            out.with("sig", proof(theirs, clientKey, hostname));
        }
        out.with("bearer", seal(new State(true, environment.nanoTime(), hostname, peer.toBytes())));
        return new Authenticated(peer, out.text());
    }

    private byte[] proof(String challenge, byte[] clientKey, String hostname) {
        return identity.key()
                .sign(AuthParameters.signed("challenge-server", challenge, "client-public-key", clientKey, hostname));
    }

    private byte[] ownKey() {
        return identity.publicKey().toProtobuf();
    }

    private static PublicKey publicKey(byte[] bytes) throws HttpProtocolException {
        try {
            return PublicKey.fromProtobuf(bytes);
        } catch (MalformedKeyException e) {
            throw new HttpProtocolException(401, "a malformed public key");
        }
    }

    private byte[] seal(State state) {
        byte[] payload = new ProtobufWriter()
                .uint64(1, state.token() ? 1 : 0)
                .uint64(2, state.created())
                .bytes(3, state.hostname().getBytes(StandardCharsets.UTF_8))
                .bytes(4, state.key())
                .toByteArray();
        byte[] mac = mac(payload);
        byte[] sealed = Arrays.copyOf(mac, MAC_BYTES + payload.length);
        System.arraycopy(payload, 0, sealed, MAC_BYTES, payload.length);
        return sealed;
    }

    /** The record that was sealed here for this host and has not expired, or null. */
    private @Nullable State open(byte[] sealed, boolean token, String hostname) throws HttpProtocolException {
        if (sealed.length < MAC_BYTES) {
            throw new HttpProtocolException(401, "a token that is too short");
        }
        byte[] payload = Arrays.copyOfRange(sealed, MAC_BYTES, sealed.length);
        if (!MessageDigest.isEqual(mac(payload), Arrays.copyOf(sealed, MAC_BYTES))) {
            return null;
        }
        boolean isToken = false;
        long created = 0;
        String host = "";
        byte[] key = new byte[0];
        try {
            ProtobufReader in = ProtobufReader.of("token", payload, payload.length, 16);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> isToken = in.uint64() == 1;
                    case 2 -> created = in.uint64();
                    case 3 -> host = new String(in.bytes(payload.length), StandardCharsets.UTF_8);
                    case 4 -> key = in.bytes(payload.length);
                    default -> in.skip();
                }
            }
        } catch (ProtobufException e) {
            throw new IllegalStateException("what this server has sealed can be read", e);
        }
        long age = environment.nanoTime() - created;
        boolean expired = age > (token ? tokenNanos : CHALLENGE.toNanos());
        boolean here = token ? host.equals(hostname) : host.startsWith(hostname + "\n");
        return isToken != token || expired || !here ? null : new State(isToken, created, host, key);
    }

    private byte[] mac(byte[] payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(macKey, "HmacSHA256"));
            return mac.doFinal(payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC with SHA-256", e);
        }
    }
}
