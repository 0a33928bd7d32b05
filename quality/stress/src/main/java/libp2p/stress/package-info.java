/**
 * The parts that the tests of jcstress share. Each structure that hands state between threads without a lock has a test, in its
 * own package. These have none, for the reason that is named:
 *
 * <ul>
 *   <li>What happens once, by one exchange of a flag and no other state: the {@code close} of transports, listeners,
 *       sockets, ports and bodies; the first {@code start} of a service of discovery, of names or of roles; the remote
 *       end of {@code SwarmStream}; the reader of {@code LazyNegotiation}, whose answer is guarded by a lock; the timers
 *       of {@code SystemTimers}; the watch of {@code UnixHttpServer}, which hands over through {@code RequestClock}.
 *   <li>What one thread does while others turn away, by a flag: the look of {@code ReloadingCertificate} at its files, the
 *       widening of a {@code QuicPort}.
 *   <li>What is replaced as a whole and cannot change: the entries of {@code VerifiedCertificates}. The last one wins.
 *   <li>Counters that are only added to, bounds that add first and take back what is too much, and the failures that a
 *       {@code BitswapSession} exchanges for the count that it has told.
 *   <li>{@code Endpoint} lends its one array by the same exchange as {@code QuicPort} its batch, and only to its
 *       connections.
 *   <li>{@code TcpConnector} goes through the states of {@code HandshakeTimer}; {@code SocketEvents} and {@code Bridge}
 *       wait for a socket and for a thread of their own. Each needs descriptors or threads for every state, of which
 *       jcstress makes thousands.
 *   <li>The end of {@code EventLoop}, for the same reason. Its wake-up has a test.
 * </ul>
 */
package libp2p.stress;
