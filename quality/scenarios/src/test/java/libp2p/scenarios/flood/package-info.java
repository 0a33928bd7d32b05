/**
 * Floods on loopback: a {@link libp2p.scenarios.flood.Victim} with a small heap in a process of its own, an {@link
 * libp2p.scenarios.flood.Attacker} in another, and an honest peer that pings meanwhile. {@code quality/scenarios/floods} runs
 * all of them and prints what was measured.
 */
@NullMarked
package libp2p.scenarios.flood;

import org.jspecify.annotations.NullMarked;
