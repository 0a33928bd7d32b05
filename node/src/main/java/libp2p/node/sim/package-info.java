/**
 * Networks of complete hosts in the deterministic simulator, for {@code p2p debug sim} and for the scenarios. Needs
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
@org.jspecify.annotations.NullMarked
package libp2p.node.sim;
