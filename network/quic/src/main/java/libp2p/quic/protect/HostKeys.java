package libp2p.quic.protect;

import java.nio.charset.StandardCharsets;
import libp2p.crypto.Crypto;

/** The keys of a host that outlive its connections, each derived for one use. Thread-safe. */
public final class HostKeys {
    private static final int TOKEN_KEY = 16;
    private static final int RESET_KEY = 32;
    private static final byte[] SALT = "libp2p.quic".getBytes(StandardCharsets.US_ASCII);

    private final byte[] lasting;
    private final AddressValidationTokens tokens;
    private final ResetTokens resets;

    /** As {@link #HostKeys(byte[], byte[])}, with one secret for both. */
    public HostKeys(byte[] secret) {
        this(secret, secret);
    }

    /**
     * The keys of one host.
     *
     * @param passing secret of at least 16 bytes for the tokens of addresses, which end with it
     * @param lasting secret of at least 16 bytes for resets; from the identity of the host, resets survive a restart
     */
    public HostKeys(byte[] passing, byte[] lasting) {
        this(
                lasting.clone(),
                new AddressValidationTokens(derive(passing, "address tokens", TOKEN_KEY)),
                new ResetTokens(derive(lasting, "stateless resets", RESET_KEY)));
    }

    private HostKeys(byte[] lasting, AddressValidationTokens tokens, ResetTokens resets) {
        this.lasting = lasting;
        this.tokens = tokens;
        this.resets = resets;
    }

    /**
     * The keys of one socket: its resets are of no use at the others, where a stranger could ask for the token of an id of this
     * one (RFC 9000, section 21.11).
     *
     * @param socket the address to which it is bound, the same after a restart
     */
    public HostKeys at(String socket) {
        return new HostKeys(lasting, tokens, new ResetTokens(derive(lasting, "stateless resets " + socket, RESET_KEY)));
    }

    private static byte[] derive(byte[] secret, String use, int length) {
        return Crypto.standard().hkdfSha256().derive(SALT, secret, use.getBytes(StandardCharsets.US_ASCII), length);
    }

    /** Makes and checks tokens of Retry and NEW_TOKEN. */
    public AddressValidationTokens tokens() {
        return tokens;
    }

    /** Makes the tokens of stateless resets. */
    public ResetTokens resets() {
        return resets;
    }
}
