/** What happens in a host, for whoever wants to know. */
package libp2p.core.event;
