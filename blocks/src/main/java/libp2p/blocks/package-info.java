/** Block stores, pins and garbage collection. */
package libp2p.blocks;
