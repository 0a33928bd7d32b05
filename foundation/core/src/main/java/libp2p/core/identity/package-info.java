/**
 * Keys, peer ids and the identity of a host (libp2p specification, peer-ids). Decoding is strict: a key has exactly one
 * encoding, and its size is checked before anything costly is done with it. Everything here is thread-safe; nothing
 * blocks but the methods of {@link libp2p.core.identity.Identity} that read and write files.
 */
package libp2p.core.identity;
