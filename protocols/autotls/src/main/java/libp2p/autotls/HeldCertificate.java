package libp2p.autotls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that fits the host.
 *
 * @param notAfter its end
 * @param renewal when another one is ordered: after two thirds of its life
 * @param life from its begin to its end
 */
record HeldCertificate(Instant notAfter, Instant renewal, Duration life) {
    private static final int DNS_NAME = 2;

    /**
     * Checks a chain.
     *
     * @param name that it must be for
     * @param key that it must be for
     * @param now it must not have ended before
     * @param most certificates that it may have
     * @throws IOException if it does not fit; it says why
     */
    static HeldCertificate of(List<X509Certificate> chain, String name, PublicKey key, Instant now, int most)
            throws IOException {
        if (chain.isEmpty() || chain.size() > most) {
            throw new IOException("a chain of " + chain.size() + " certificates, possible: 1 to " + most);
        }
        X509Certificate first = chain.getFirst();
        if (!isFor(first, name)) {
            throw new IOException("the certificate is not for " + name);
        }
        if (!first.getPublicKey().equals(key)) {
            throw new IOException("the certificate is not for the key of this host");
        }
        Instant begin = first.getNotBefore().toInstant();
        Instant end = first.getNotAfter().toInstant();
        if (!now.isBefore(end)) {
            throw new IOException("the certificate has ended at " + end);
        }
        for (int i = 1; i < chain.size(); i++) {
            try {
                chain.get(i - 1).verify(chain.get(i).getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new IOException("certificate " + i + " of the chain is not signed by the next", e);
            }
        }
        Duration life = Duration.between(begin, end);
        return new HeldCertificate(end, begin.plus(life.multipliedBy(2).dividedBy(3)), life);
    }

    private static boolean isFor(X509Certificate certificate, String name) throws IOException {
        try {
            @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .anyMatch(each -> each.getFirst().equals(DNS_NAME)
                                    && name.equalsIgnoreCase(String.valueOf(each.get(1))));
        } catch (CertificateParsingException e) {
            throw new IOException("a malformed certificate", e);
        }
    }
}
