/** How a test class takes a suite, and how it excuses a case. */
package libp2p.contracts;
