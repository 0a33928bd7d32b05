/** Annotations by which a test class takes a suite and excuses a case. */
package libp2p.contracts;
