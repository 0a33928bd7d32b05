/**
 * The events of a host, for subscribers with a queue each.
 *
 * <p>The order, for one peer:
 *
 * <ol>
 *   <li>{@code ConnectednessChanged} to limited or connected is published;
 *   <li>{@link libp2p.core.host.HostService#connectionOpened} of every service, in the order in which they were
 *   installed; then the peer's streams are served and those who wait for the connection get it;
 *   <li>{@code PeerProtocolsChanged} and {@code PeerIdentified}, when identify has ended, and again with every push;
 *   <li>the connection is no longer among {@link libp2p.core.host.Host#connections()}; if it was the last one {@code
 *       ConnectednessChanged} to not connected is published;
 *   <li>{@link libp2p.core.host.HostService#connectionClosed} of every service.
 * </ol>
 *
 * <p>An event is in the queues of all its subscribers when {@code publish} returns, so that a service that is told of a
 * connection finds the event before it. Between the first and the last connection of a peer no event says that it is
 * not connected, and after that event comes none that is true of connected peers only. {@code AddressesChanged} and
 * {@code ProtocolsChanged} are published when {@link libp2p.core.host.Host#addresses()} and {@link
 * libp2p.core.host.Host#protocols()} return the new values already.
 *
 * <p>{@code ConnectionPhaseChanged} tells of each connection by itself: it is open just before the first of these steps,
 * and closed just before the fourth.
 */
package libp2p.core.event;
