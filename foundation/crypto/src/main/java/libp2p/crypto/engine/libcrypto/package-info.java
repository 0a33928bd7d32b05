/**
 * OpenSSL's libcrypto as engine, through {@code java.lang.foreign}.
 *
 * <p>Functions that take long or touch much memory run in the native thread state on native memory, so that garbage
 * collection goes on; short ones take Java arrays directly and hold it up for some tens of microseconds at most. Either
 * way the carrier of a virtual thread is held for the duration. Arguments of asymmetric operations live in memory that
 * is wiped before it is freed; contexts and keys are wiped by the library when it frees them.
 *
 * <p>The package has more than 25 classes because each group of the library's functions is bound by a record of its
 * own, which the classes of one algorithm share.
 */
package libp2p.crypto.engine.libcrypto;
