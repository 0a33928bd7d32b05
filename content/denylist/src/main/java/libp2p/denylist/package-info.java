/**
 * Denylists (<a href="https://specs.ipfs.tech/compact-denylist-format/">compact denylist format</a>): files of rules,
 * read again when they change.
 */
package libp2p.denylist;
