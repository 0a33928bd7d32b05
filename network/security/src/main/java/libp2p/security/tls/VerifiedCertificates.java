package libp2p.security.tls;

import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import libp2p.crypto.Crypto;
import libp2p.security.tls.CertificateVerifier.Verified;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that have been verified lately. A peer presents the same certificate for as long as its process runs, so
 * that one which connects again need not have its two signatures checked again: byte for byte the same certificate
 * gives the same answer. Validity is not remembered: it depends on the clock.
 *
 * <p>A certificate has one place, by its hash, from which another may push it out; so the memory is bounded, and a
 * stranger who presents many certificates costs others a check and nothing else. Thread-safe without locks.
 */
final class VerifiedCertificates {
    private static final VerifiedCertificates SHARED = new VerifiedCertificates(512, 2 << 10);

    /** The outcome for one certificate, by the SHA-256 hash of its DER. */
    private record Entry(byte[] hash, Remembered certificate) {}

    /** @param verified what was found, whenever the certificate is valid */
    record Remembered(Verified verified, Instant notBefore, Instant notAfter) {}

    private final AtomicReferenceArray<@Nullable Entry> entries;
    private final int mostBytes;

    /**
     * @param places a power of two, at most 32,768
     * @param mostBytes bytes of the longest certificate that is remembered
     */
    VerifiedCertificates(int places, int mostBytes) {
        entries = new AtomicReferenceArray<>(places);
        this.mostBytes = mostBytes;
    }

    /** That of the process: the signer of a certificate does not depend on the host that asks. */
    static VerifiedCertificates shared() {
        return SHARED;
    }

    /** The key of a certificate for the other methods, or null if it is too long to be remembered. */
    byte @Nullable [] key(byte[] der) {
        return der.length > mostBytes ? null : Crypto.standard().sha256().hash(der);
    }

    @Nullable
    Remembered find(byte[] key) {
        Entry entry = entries.get(place(key));
        return entry != null && Arrays.equals(entry.hash, key) ? entry.certificate : null;
    }

    void remember(byte[] key, Remembered certificate) {
        entries.set(place(key), new Entry(key, certificate));
    }

    private int place(byte[] key) {
        return ((key[0] & 0x7f) << 8 | key[1] & 0xff) & entries.length() - 1;
    }
}
