package libp2p.security.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.identity.Identity;
import libp2p.crypto.Crypto;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerWriter;
import libp2p.crypto.HkdfSha256;
import libp2p.crypto.SignatureScheme;
import libp2p.crypto.Signer;
import libp2p.multiformats.Multihash;
import libp2p.security.tls13.Credentials;

/**
 * A certificate that browsers know by its hash (W3C WebTransport, {@code serverCertificateHashes}): self-signed, with
 * ECDSA over P-256, valid for {@link #VALIDITY}. Its key follows from the key of the host and the start of its validity,
 * and its signature is deterministic, so that a host shows the same certificate after a restart. It says nothing about
 * the peer, which is what Noise proves. As credentials it is that of a server which asks its clients for none. Immutable
 * and thread-safe.
 */
public final class BrowserCertificate implements Credentials {
    /** The longest validity that browsers take. */
    public static final Duration VALIDITY = Duration.ofDays(14);

    private static final byte[] SALT = "libp2p.browser".getBytes(StandardCharsets.US_ASCII);
    private static final int SCALAR = 32;
    /** DigitalSignature, the first of its bits, critical (RFC 5280, section 4.2.1.3). */
    private static final byte[] KEY_USAGE = DerWriter.sequence(
            CertificateWriter.oid(Oid.KEY_USAGE), HexFormat.of().parseHex("0101ff" + "0404" + "03020780"));

    private final byte[] encoded;
    private final Signer signer;
    private final Instant notBefore;
    private final Multihash hash;

    private BrowserCertificate(byte[] encoded, Signer signer, Instant notBefore) {
        this.encoded = encoded;
        this.signer = signer;
        this.notBefore = notBefore;
        hash = Multihash.sha256(encoded);
    }

    /**
     * The certificate of a host whose validity starts then.
     *
     * @param notBefore in whole seconds
     */
    static BrowserCertificate of(Identity identity, Instant notBefore) {
        long start = notBefore.getEpochSecond();
        Signer signer = signer(identity, start);
        byte[] encoded = CertificateWriter.write(
                signer, BigInteger.valueOf(start), notBefore, notBefore.plus(VALIDITY), KEY_USAGE);
        return new BrowserCertificate(encoded, signer, notBefore);
    }

    private static Signer signer(Identity identity, long start) {
        SignatureScheme p256 = Crypto.standard().ecdsaP256();
        HkdfSha256 hkdf = Crypto.standard().hkdfSha256();
        byte[] secret = identity.key().toProtobuf();
        try {
            for (byte attempt = 0; ; attempt++) {
                byte[] info = ByteBuffer.allocate(Long.BYTES + 1)
                        .putLong(start)
                        .put(attempt)
                        .array();
                byte[] scalar = hkdf.derive(SALT, secret, info, SCALAR);
                byte[] key = DerWriter.sequence(
                        DerWriter.integer(BigInteger.ONE), DerWriter.element(DerReader.OCTET_STRING, scalar));
                try {
                    return p256.signer(key);
                } catch (InvalidKeyException outOfRange) {
                    // one of 2^32 is not below the order of the curve
                } finally {
                    Arrays.fill(scalar, (byte) 0);
                    Arrays.fill(key, (byte) 0);
                }
            }
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** The SHA-256 of the certificate, as addresses and the Noise extension have it. */
    public Multihash hash() {
        return hash;
    }

    /** From when it is valid. */
    public Instant notBefore() {
        return notBefore;
    }

    /** Until when it is valid. */
    public Instant notAfter() {
        return notBefore.plus(VALIDITY);
    }

    @Override
    public byte[] certificate() {
        return encoded.clone();
    }

    @Override
    public byte[] sign(byte[] content) {
        return signer.sign(content);
    }

    @Override
    public byte[] verify(List<byte[]> chain) throws IOException {
        throw new IllegalStateException("clients of a browser's kind show no certificate");
    }

    @Override
    public boolean mutual() {
        return false;
    }
}
