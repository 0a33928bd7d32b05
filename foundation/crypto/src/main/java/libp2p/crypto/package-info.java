/**
 * Cryptographic primitives for libp2p. {@link libp2p.crypto.Crypto} hands them out; each is served by one
 * {@linkplain libp2p.crypto.Engine engine}, chosen on first use.
 *
 * <p>The contract of an engine is small; lengths, canonical forms, padding, nonces and what is left in a buffer after a
 * failure are settled once, before and after the engine, so that the choice of engine changes speed and nothing else.
 * Bounds on what a stranger may send are in {@link libp2p.crypto.CryptoLimits}.
 *
 * <p>Keys and signatures are byte arrays. Randomness is always passed in. Everything is thread-safe unless it says
 * otherwise; nothing blocks, and only RSA with large keys takes more than a few hundred microseconds.
 *
 * <p>The package has more than 25 classes because every primitive is a class of its own that only {@link
 * libp2p.crypto.Crypto} makes.
 */
package libp2p.crypto;
