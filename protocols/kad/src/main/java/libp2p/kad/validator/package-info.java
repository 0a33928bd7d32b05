/** The values that may be stored: by namespace, public keys, and any value in networks of one's own. */
package libp2p.kad.validator;
