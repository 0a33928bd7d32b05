/**
 * A host that is new in a network, or alone again, connects to peers that its owner named, or that it remembers: {@link
 * libp2p.discovery.bootstrap.Bootstrap}, with the bounds of {@link BootstrapLimits}. There is no
 * built-in list: only named and remembered peers are dialed.
 */
package libp2p.discovery.bootstrap;
