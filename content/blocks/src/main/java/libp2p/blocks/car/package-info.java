/** Content-addressable archives, versions 1 and 2. */
package libp2p.blocks.car;
