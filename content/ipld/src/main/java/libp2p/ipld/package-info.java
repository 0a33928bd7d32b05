/** Blocks, where they come from and go to, and the IPLD data model. */
package libp2p.ipld;
