/**
 * Connections and streams as applications see them, and the errors that the network causes. Error codes follow the
 * libp2p specification of error codes; a transport that has none carries 0.
 */
package libp2p.core.connection;
