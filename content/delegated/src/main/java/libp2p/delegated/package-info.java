/** The bounds of the clients, found by {@link java.util.ServiceLoader}. */
package libp2p.delegated;
