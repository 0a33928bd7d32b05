package libp2p.quic.protect;

import java.nio.charset.StandardCharsets;
import libp2p.crypto.Crypto;

/** The keys of a host that outlive its connections, each derived for one use. Thread-safe. */
public final class HostKeys {
    private static final int TOKEN_KEY = 16;
    private static final int RESET_KEY = 32;
    private static final byte[] SALT = "libp2p.quic".getBytes(StandardCharsets.US_ASCII);

    private final AddressValidationTokens tokens;
    private final ResetTokens resets;

    /** @param secret of at least 16 bytes; from the identity of the host, tokens and resets survive a restart */
    public HostKeys(byte[] secret) {
        tokens = new AddressValidationTokens(derive(secret, "address tokens", TOKEN_KEY));
        resets = new ResetTokens(derive(secret, "stateless resets", RESET_KEY));
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
