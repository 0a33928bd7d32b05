/**
 * The legacy secure channel SECIO (libp2p specification, secio 1.0.0). Only a host that adds {@link libp2p.secio.Secio}
 * itself has it; see there for its weaknesses.
 */
package libp2p.secio;
