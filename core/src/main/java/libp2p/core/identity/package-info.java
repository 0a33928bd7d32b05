/** Keys and peer ids (libp2p specification, peer-ids). */
package libp2p.core.identity;
