package libp2p.testkit.oracle;

import java.time.Instant;
import libp2p.core.identity.PeerId;

/**
 * One message of a protocol, as a host has sent or received it.
 *
 * @param host name of the machine of the host that is judged
 * @param instance tells hosts apart that ran on the same machine one after the other
 * @param peer id of the other end
 * @param connection number of the connection
 * @param protocol that was agreed on
 * @param inbound whether the other end has opened the stream
 * @param sent whether the host has sent the message; else it has received it
 * @param now of the simulation, in nanoseconds
 * @param clock the wall clock of the host
 */
record Exchange(
        String host,
        Object instance,
        PeerId peer,
        long connection,
        String protocol,
        boolean inbound,
        boolean sent,
        byte[] message,
        long now,
        Instant clock) {
    /** For the report. */
    String who() {
        return host + (sent ? " to " : " from ") + peer;
    }
}
