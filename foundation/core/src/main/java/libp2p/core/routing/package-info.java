/**
 * Contracts by which peers, content and values are found, so that the modules that find and the modules that use do not
 * know each other.
 */
package libp2p.core.routing;
