/** BouncyCastle's lightweight API as engine. */
package libp2p.crypto.engine.bouncycastle;
