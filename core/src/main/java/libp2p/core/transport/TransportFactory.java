package libp2p.core.transport;

import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;

/** Makes a transport for one host. */
@FunctionalInterface
public interface TransportFactory {
    Transport create(Context context);

    /**
     * What a host gives its transports.
     *
     * @param identity the key of the host, for transports that bring their own security
     * @param upgrader for transports that do not
     */
    record Context(Environment environment, Identity identity, Upgrader upgrader) {}
}
