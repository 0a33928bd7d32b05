package libp2p.pubsub.message;

import java.security.SignatureException;
import libp2p.pubsub.rpc.Message;

/**
 * Checks signatures of messages, most often by {@link SigningPolicy#verify}: in a place of its own for applications
 * that check many at once elsewhere, or that know the answer already. May block; called from many threads.
 */
@FunctionalInterface
public interface MessageVerifier {
    /**
     * Checks a message, which has all the parts that the signing policy demands.
     *
     * @throws SignatureException if the signature does not hold
     */
    void verify(Message message) throws SignatureException;
}
