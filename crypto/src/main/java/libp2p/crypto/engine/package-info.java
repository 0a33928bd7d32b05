/** What an engine must be able to do: one small interface per primitive, asked only with checked input. */
package libp2p.crypto.engine;
