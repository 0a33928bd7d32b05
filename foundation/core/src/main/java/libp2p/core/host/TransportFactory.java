package libp2p.core.host;

import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.transport.Transport;
import libp2p.core.transport.Upgrader;

/**
 * Makes a transport for one host. To add a transport, give its factory to the builder of the host ({@code
 * HostBuilder.transports}), or register it for {@link java.util.ServiceLoader} in a plug-in.
 */
@FunctionalInterface
public interface TransportFactory {
    /** Makes the transport of one host; called once for each. */
    Transport create(Context context);

    /**
     * The parts of a host that its transports use.
     *
     * @param environment clock, randomness, threads and network of the host
     * @param identity the key of the host, for transports that bring their own security
     * @param upgrader for transports that do not
     * @param host the host itself, for transports that use its connections, as circuits do; it is being made while the
     *     factory runs, so it may be kept then, and used from the first dial or listen on
     */
    record Context(Environment environment, Identity identity, Upgrader upgrader, Host host) {
        /** The same with another upgrader. */
        public Context withUpgrader(Upgrader value) {
            return new Context(environment, identity, value, host);
        }
    }
}
