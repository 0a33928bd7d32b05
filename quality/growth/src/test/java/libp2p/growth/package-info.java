/** Hostile peers of every kind, and the classes that they must not make grow. */
package libp2p.growth;
