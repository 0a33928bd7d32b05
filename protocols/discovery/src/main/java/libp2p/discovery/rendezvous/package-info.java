/**
 * Meeting points for hosts, protocol {@code /rendezvous/1.0.0} (libp2p specification, rendezvous):
 * {@link libp2p.discovery.rendezvous.RendezvousService} keeps registrations,
 * {@link libp2p.discovery.rendezvous.RendezvousClient} registers and discovers. Bounds:
 * {@link RendezvousLimits}. Registrations are a state machine without threads.
 */
package libp2p.discovery.rendezvous;
