/** The suite for secure channels, over links in memory that tear, cut and change bytes. */
package libp2p.contracts.security;
