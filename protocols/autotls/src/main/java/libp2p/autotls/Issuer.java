package libp2p.autotls;

import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import libp2p.core.environment.Deadline;

/** A server that issues certificates for a name to a client that can set its TXT record (RFC 8555, section 8.4). */
interface Issuer {
    /** Sets the TXT record that shows that the name belongs to the account. */
    @FunctionalInterface
    interface Proof {
        /**
         * Sets the record, and waits until it can be seen; blocks.
         *
         * @param value of the record
         * @throws AutoTlsException if it is not set, or not seen
         */
        void publish(String value) throws IOException, InterruptedException;
    }

    /**
     * Orders a certificate; blocks.
     *
     * @param name with an asterisk as its first label
     * @param account the key of the account, which is made if the server has none for it
     * @param key that is certified
     * @return the chain, that of the name first; not checked
     * @throws AutoTlsException if there is none
     */
    List<X509Certificate> issue(String name, KeyPair account, KeyPair key, Proof proof, Deadline deadline)
            throws IOException, InterruptedException;
}
