/** The contract of engines: one small interface per primitive, asked only with checked input. */
package libp2p.crypto.engine;
