/**
 * The self-describing formats of <a href="https://github.com/multiformats">multiformats</a>: unsigned varint,
 * multibase, multicodec, multihash and CID.
 *
 * <p>All values are immutable and safe for use by any thread; nothing here blocks, except the methods that read an
 * {@link java.io.InputStream}. Malformed input, however hostile, gives a {@link
 * libp2p.multiformats.MalformedException} and nothing else; its cost is bounded by {@link
 * MultiformatsLimits}.
 */
package libp2p.multiformats;
