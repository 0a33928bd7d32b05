package libp2p.nat.mapping;

import java.net.InetAddress;
import java.time.Duration;

/**
 * A port of a router that leads to a port of this host.
 *
 * @param inside port of this host
 * @param address outside address of the router
 * @param outside port of the router
 * @param lease how long it holds unless it is renewed; zero means until it is removed
 */
record Mapping(Method method, PortProtocol protocol, int inside, InetAddress address, int outside, Duration lease) {}
