package libp2p.http.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.http.HttpProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Proves this peer's id to servers and learns theirs; remembers their tokens. Thread-safe.
 *
 * <pre>{@code
 * PeerIdAuthClient.Handshake handshake = client.begin("example.org");
 * do {
 *     response = send(handshake.authorization(), handshake.mayCarryData() ? body : nothing);
 * } while (handshake.received(response.status(), response.wwwAuthenticate(), response.authenticationInfo()));
 * PeerId server = handshake.server();
 * }</pre>
 */
public final class PeerIdAuthClient {
    /** Servers whose tokens are remembered. */
    private static final int TOKENS = 1024;

    private static final int SHORTEST_CHALLENGE = 32;
    private static final int MOST_STEPS = 5;

    private record Token(String bearer, PeerId server) {}

    private final Identity identity;
    private final Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Token> tokens = new LinkedHashMap<>();

    /** Proves this identity to servers, and keeps the tokens that they give. */
    public PeerIdAuthClient(Identity identity, Environment environment) {
        this.identity = identity;
        this.environment = environment;
    }

    /**
     * Begins to authenticate, with the token of an earlier time if there is one.
     *
     * @param hostname of the server, as it stands in the URI
     */
    public Handshake begin(String hostname) {
        Token token;
        lock.lock();
        try {
            token = tokens.get(hostname);
        } finally {
            lock.unlock();
        }
        return new Handshake(hostname, token);
    }

    private void remember(String hostname, @Nullable Token token) {
        lock.lock();
        try {
            tokens.remove(hostname);
            if (token != null) {
                tokens.put(hostname, token);
            }
            if (tokens.size() > TOKENS) {
                tokens.remove(tokens.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** One run of requests to a server until both are known. For one thread. */
    public final class Handshake {
        private final String hostname;
        private final byte[] ownKey = identity.publicKey().toProtobuf();
        private String challenge = "";
        private String authorization;
        private @Nullable PeerId server;
        private byte @Nullable [] serverKey;
        private int steps;
        private boolean done;

        private Handshake(String hostname, @Nullable Token token) {
            this.hostname = hostname;
            if (token == null) {
                challenge = newChallenge();
                authorization = new AuthParameters()
                        .with("challenge-server", challenge)
                        .with("public-key", ownKey)
                        .text();
            } else {
                server = token.server();
                authorization =
                        new AuthParameters().with("bearer", token.bearer()).text();
            }
        }

        private String newChallenge() {
            byte[] random = new byte[32];
            environment.secureRandom(random);
            return AuthParameters.base64(random);
        }

        /** The field {@code Authorization} of the next request. */
        public String authorization() {
            return authorization;
        }

        /** Whether the server is known, so that the next request may carry data. */
        public boolean mayCarryData() {
            return server != null;
        }

        /**
         * Takes the answer.
         *
         * @return whether another request is to be sent
         * @throws HttpProtocolException if the server's proof is wrong, or it wants too much
         */
        public boolean received(int status, @Nullable String wwwAuthenticate, @Nullable String authenticationInfo)
                throws HttpProtocolException {
            if (++steps > MOST_STEPS) {
                throw new HttpProtocolException(401, "the server is not satisfied after " + MOST_STEPS + " requests");
            }
            if (status != 401) {
                AuthParameters info = AuthParameters.parse(authenticationInfo);
                if (server == null) { // the server's proof comes last
                    byte[] key = info.get("public-key") != null ? info.bytes("public-key") : serverKey;
                    if (key == null) {
                        throw new HttpProtocolException(status, "the server has not said who it is");
                    }
                    server = verify(info, key);
                    remember(info);
                    done = true;
                    return true;
                }
                remember(info);
                done = true;
                return false;
            }
            if (done) {
                throw new HttpProtocolException(401, "the server does not take the token that it gave");
            }
            AuthParameters in = AuthParameters.parse(wwwAuthenticate);
            String theirs = in.get("challenge-client");
            if (theirs == null || theirs.length() < SHORTEST_CHALLENGE) {
                throw new HttpProtocolException(401, "a challenge that is absent or too short");
            }
            byte[] key = in.bytes("public-key");
            serverKey = key;
            Proof proof = new Proof(theirs, key);
            AuthParameters out = new AuthParameters();
            if (in.get("sig") != null && !challenge.isEmpty()) {
                server = verify(in, key);
                out.with("opaque", required(in, "opaque")).with("sig", proof.sign());
            } else { // the server begins
                PeerIdAuthClient.this.remember(hostname, null);
                server = null;
                challenge = newChallenge();
                out.with("public-key", ownKey)
                        .with("challenge-server", challenge)
                        .with("sig", proof.sign())
                        .with("opaque", required(in, "opaque"));
            }
            authorization = out.text();
            return true;
        }

        private final class Proof {
            private final String theirs;
            private final byte[] key;

            Proof(String theirs, byte[] key) {
                this.theirs = theirs;
                this.key = key;
            }

            byte[] sign() {
                return identity.key()
                        .sign(AuthParameters.signed("challenge-client", theirs, "server-public-key", key, hostname));
            }
        }

        private PeerId verify(AuthParameters in, byte[] key) throws HttpProtocolException {
            PublicKey known;
            try {
                known = PublicKey.fromProtobuf(key);
            } catch (MalformedKeyException e) {
                throw new HttpProtocolException(401, "a malformed public key of the server");
            }
            byte[] signed = AuthParameters.signed("challenge-server", challenge, "client-public-key", ownKey, hostname);
            if (!known.verify(signed, in.bytes("sig"))) {
                throw new HttpProtocolException(401, "the signature of the server is not that of its key");
            }
            return PeerId.of(known);
        }

        private void remember(AuthParameters info) {
            String bearer = info.get("bearer");
            PeerId known = server;
            if (bearer != null && known != null) {
                authorization = new AuthParameters().with("bearer", bearer).text();
                PeerIdAuthClient.this.remember(hostname, new Token(bearer, known));
            }
        }

        private static String required(AuthParameters in, String name) throws HttpProtocolException {
            String value = in.get(name);
            if (value == null) {
                throw new HttpProtocolException(401, "the server has not sent " + name);
            }
            return value;
        }

        /** The proven identity of the server; not before {@link #received} has returned false. */
        public PeerId server() {
            PeerId known = server;
            if (known == null) {
                throw new IllegalStateException("the server is not known yet");
            }
            return known;
        }
    }
}
