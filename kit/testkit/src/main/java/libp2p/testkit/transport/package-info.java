/**
 * One suite for every transport, to be taken by those of other projects too: {@link
 * libp2p.testkit.transport.TransportHarness}.
 */
@org.jspecify.annotations.NullMarked
package libp2p.testkit.transport;
